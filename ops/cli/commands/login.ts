/** `talos login`: device authorization (RFC 8628, A21). */

import { hostname, userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { meResponse } from '../../../shared/api/auth.js'
import { deviceCodeResponse, tokenResponse } from '../../../shared/api/tokens.js'
import { okSchema } from '../../../shared/api/common.js'
import { TalosError } from '../../../shared/errors.js'
import { iso, SECOND } from '../../../shared/time.js'
import { type Api, apiAt } from '../client.js'
import { type CliContext, type Run, signedIn } from '../context.js'
import { credentialPath, findLogin, forgetLogin, originOf, saveLogin } from '../credentials.js'

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
        const token = await poll(api, code.device_code, code.interval, code.expires_in, context)
        const expiresAt = iso(context.clock.now() + token.expires_in * SECOND)
        saveLogin(credentialPath(context.env), { server, token: token.access_token }, expiresAt)
        const me = await apiAt(server, token.access_token).get('/auth/me', meResponse)
        context.out.show(
          { server, email: me.email, expiresAt },
          (v) => `Signed in at ${v.server} as ${v.email}, until ${v.expiresAt}.`,
        )
      }),
    )
  program
    .command('logout')
    .description('end the login of this machine')
    .action(() =>
      run(async (context) => {
        const { server, token } = findLogin(context.env, context.options.server, context.clock.now())
        await apiAt(server, token).send('POST', '/auth/logout', {}, okSchema)
        forgetLogin(credentialPath(context.env), server)
        context.out.show({ server }, (v) => `Signed out at ${v.server}.`)
      }),
    )
  program
    .command('whoami')
    .description('show who is signed in, and what they may do')
    .action(() =>
      run(async (context) => {
        const { api } = await signedIn(context)
        const me = await api.get('/auth/me', meResponse)
        context.out.show(me, (m) =>
          [`${m.email} at ${api.server}`, ...m.memberships.map((s) => `  ${s.org}: ${s.role}`)].join('\n'),
        )
      }),
    )
}
