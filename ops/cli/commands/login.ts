/** `talos login`, `logout`, `whoami`: device authorization (RFC 8628, A21). */

import { hostname, userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { z } from 'zod'
import { meResponse } from '../../../shared/api/auth.js'
import { okSchema } from '../../../shared/api/common.js'
import { deviceCodeResponse, tokenResponse } from '../../../shared/api/tokens.js'
import { TalosError } from '../../../shared/errors.js'
import { ROLE_PERMISSIONS } from '../../../shared/permissions.js'
import { SECOND } from '../../../shared/time.js'
import { type Api, apiAt } from '../client.js'
import type { CliContext, Run } from '../context.js'
import {
  credentialPath,
  forgetLogin,
  originOf,
  readLogin,
  type SavedLogin,
  saveLogin,
} from '../credentials.js'
import { withLock } from '../file-lock.js'
import { findLogin } from '../login.js'
import { fixedToken, savedLogin } from '../tokens.js'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** RFC 8628, 3.5: on `slow_down` the interval grows by five seconds. */
const SLOW_DOWN_S = 5

async function poll(
  api: Api,
  deviceCode: string,
  intervalS: number,
  expiresInS: number,
  context: CliContext,
) {
  const deadline = context.clock.monotonic() + expiresInS * SECOND
  let wait = intervalS
  while (context.clock.monotonic() < deadline) {
    await sleep(wait * SECOND)
    try {
      return await api.send(
        'POST',
        '/auth/device/token',
        { grant_type: GRANT, device_code: deviceCode },
        tokenResponse,
      )
    } catch (error) {
      if (!(error instanceof TalosError)) throw error
      if (error.code === 'slow_down') wait += SLOW_DOWN_S
      else if (error.code !== 'authorization_pending' && error.code !== 'unavailable') throw error
    }
  }
  throw new TalosError('expired_token', 'Nobody approved the sign-in in time. Run the command again.')
}

type Membership = z.infer<typeof meResponse>['memberships'][number]
const isAll = ({ role, permissions }: Membership) => permissions.length >= ROLE_PERMISSIONS[role].length
const list = (words: readonly string[]) => (words.length === 0 ? 'nothing' : words.join(', '))

/** Ends a login at its server, so that it does not stay in the list of its person. */
async function giveBack(api: Api, { refreshToken }: SavedLogin): Promise<void> {
  await api.send('POST', '/auth/revoke', { token: refreshToken }, okSchema)
}

export function registerLogin(program: Command, run: Run) {
  program
    .command('login')
    .description('sign this machine in, by approving it in a browser')
    .argument('<url>', 'address of the dashboard, such as http://127.0.0.1:8080')
    .action((url: string) =>
      run(async (context) => {
        const server = originOf(url)
        const api = apiAt(server, null)
        const clientName = `talos on ${hostname()} (${userInfo().username})`.slice(0, 80)
        const code = await api.send('POST', '/auth/device/code', { clientName }, deviceCodeResponse)
        // Always on stderr: with --json the answer on stdout is the result alone.
        process.stderr.write(
          `Open ${code.verification_uri} and enter  ${code.user_code}\nor open  ${code.verification_uri_complete}\nWaiting for your approval ...\n`,
        )
        const granted = await poll(api, code.device_code, code.interval, code.expires_in, context)
        const path = credentialPath(context.env)
        const former = readLogin(path, server)
        const login = savedLogin(granted, context.clock.now())
        await withLock(`${path}.lock`, async () => saveLogin(path, server, login))
        if (former !== null) await giveBack(api, former)
        const me = await apiAt(server, fixedToken(login.accessToken)).get('/auth/me', meResponse)
        const { expiresAt } = login
        context.out.show(
          { server, email: me.email, clientName, expiresAt },
          (v) => `Signed in at ${v.server} as ${v.email}, until ${v.expiresAt} at the latest.`,
        )
      }),
    )
  program
    .command('logout')
    .description('end the login of this machine')
    .action(() =>
      run(async (context) => {
        const { server, saved } = findLogin(context)
        // Other programs may use the same API token: it does not end by the way.
        if (saved === null)
          throw new TalosError(
            'config_invalid',
            'TALOS_TOKEN is set, and an API token is no login. Unset it, or revoke the token under API tokens on the dashboard.',
          )
        const path = credentialPath(context.env)
        await giveBack(apiAt(server, null), saved)
        await withLock(`${path}.lock`, async () => forgetLogin(path, server))
        context.out.show({ server }, (v) => `Signed out at ${v.server}.`)
      }),
    )
  program
    .command('whoami')
    .description('show who is signed in, and what they may do')
    .action(() =>
      run(async (context) => {
        const { server, tokens, saved } = findLogin(context)
        const me = await apiAt(server, tokens).get('/auth/me', meResponse)
        const until = saved === null ? null : saved.expiresAt
        context.out.show({ ...me, server, until }, (m) =>
          [
            `${m.email} at ${m.server}${until === null ? ', by an API token' : ''}`,
            ...m.memberships.map(
              (s) =>
                `  ${s.org}: ${s.role}${isAll(s) ? '' : `, of which this token has ${list(s.permissions)}`}`,
            ),
          ].join('\n'),
        )
      }),
    )
}
