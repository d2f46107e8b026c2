/** B17: every secret that Talos hands out, tried in every place that takes one. Each opens its own and no other. */
import { type Test, test } from 'tap'
import type { Credentials } from '../../../broker/contracts.js'
import { brokerAuthenticate } from '../../../core/identity/broker-auth.js'
import { POLL_INTERVAL_MS } from '../../../core/identity/device-logins.js'
import { TalosError } from '../../../shared/errors.js'
import { MOUNT } from '../../core/fleet/world.js'
import type { Answer } from '../../support/client.js'
import { DEVICE_GRANT, loginCommandLine } from '../../support/command-line.js'
import { ORG, OWNER, type TestCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'
import { pairingCore, startPairing } from '../../support/pairing.js'

/** What the broker says to a CONNECT, as a status. */
async function connect(core: TestCore, credentials: Pick<Credentials, 'username' | 'password' | 'clientId'>) {
  const sessionId = (await core.owner.api('GET', '/auth/me')).body.sessionId
  const from =
    credentials.username === 'ticket'
      ? ({ transport: 'websocket', upgrade: { sessionId } } as const)
      : ({ transport: 'tls' } as const)
  try {
    await brokerAuthenticate(core.core.identity)({ ...credentials, ...from, remoteAddress: '127.0.0.1' })
    return { status: 200, body: {} }
  } catch (error) {
    if (!(error instanceof TalosError)) throw error
    return { status: error.status, body: { code: error.code } }
  }
}

const AGENT = { version: '1', hostname: 'pi', platform: 'linux' }

/** One live secret of each purpose, by its name. */
async function everySecret(core: TestCore): Promise<Map<string, string>> {
  const { owner } = core
  const line = await loginCommandLine(core, owner)
  const device = (await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })).body
  await owner.api('POST', '/auth/device/approve', { userCode: device.user_code })
  core.clock.aheadMs += POLL_INTERVAL_MS
  const tokens = `/orgs/${ORG}/enrollment-tokens`
  const enrollment = async (name: string, preApproved: boolean) =>
    (await owner.api('POST', tokens, { name, preApproved })).body.enrollUrl.split('#')[1]
  const knock = (token: string, nonce: string) => ({ token, nonce, mount: MOUNT, agent: AGENT })
  const enroll = async (name: string, preApproved: boolean) =>
    (await core.browser().api('POST', '/enroll', knock(await enrollment(name, preApproved), `nonce-${name}`)))
      .body
  const joined = await enroll('joined', true)
  const waiting = await enroll('waiting', false)
  const asking = core.browser()
  const mail = core.mailer.next(OWNER)
  await asking.api('POST', '/auth/login', { email: OWNER })
  const pairing = await startPairing(core)
  await owner.api('POST', '/auth/pair/approve', { code: pairing.code, number: pairing.number })
  const open = await startPairing(core)
  const { ticket, clientId } = (await owner.api('POST', '/auth/mqtt-ticket', { org: ORG })).body
  return new Map([
    ['access token', line.access],
    ['refresh token', line.refresh],
    ['API token', (await owner.api('POST', '/auth/api-tokens', { name: 'x' })).body.token],
    ['station key', joined.grant.key],
    ['director key', core.director().options.bearer ?? ''],
    ['enrollment token', await enrollment('open', true)],
    ['poll secret', waiting.pollSecret],
    ['MQTT ticket', ticket],
    ['client id', clientId],
    ['station id', joined.grant.stationId],
    ['session cookie', owner.cookies.get('__Host-talos') ?? ''],
    ['login nonce', asking.cookies.get('__Host-talos-login') ?? ''],
    ['magic link', tokenOf(await mail)],
    ['device code', device.device_code],
    ['pairing code', open.code],
    ['pairing cookie', pairing.browser.cookies.get('__Host-talos-pair') ?? ''],
    ['pairing id', pairing.pairingId],
    ['enrollment id', waiting.enrollmentId],
  ])
}

interface Place {
  /** The secrets that open it. */
  readonly opens: readonly string[]
  readonly tryIt: (
    core: TestCore,
    text: string,
    all: ReadonlyMap<string, string>,
  ) => Promise<Pick<Answer, 'status' | 'body'>>
}

const cookie = (name: string) => (core: TestCore, text: string) =>
  core.browser().api('GET', '/auth/me', undefined, { cookie: `${name}=${text}` })

const PLACES: Readonly<Record<string, Place>> = {
  'Bearer of a person': {
    opens: ['access token', 'API token'],
    tryIt: (core, text) => core.program(text).api('GET', '/auth/me'),
  },
  'Bearer within an organisation': {
    opens: ['access token', 'API token', 'director key'],
    tryIt: (core, text) => core.program(text).api('GET', `/orgs/${ORG}/stations`),
  },
  'session cookie': { opens: ['session cookie'], tryIt: cookie('__Host-talos') },
  'login cookie': { opens: [], tryIt: cookie('__Host-talos-login') },
  'pairing cookie for me': { opens: [], tryIt: cookie('__Host-talos-pair') },
  'refresh token': {
    opens: ['refresh token'],
    tryIt: (core, text) =>
      core.browser().api('POST', '/auth/token', { grant_type: 'refresh_token', refresh_token: text }),
  },
  'device code': {
    opens: ['device code'],
    tryIt: (core, text) =>
      core.browser().api('POST', '/auth/device/token', { grant_type: DEVICE_GRANT, device_code: text }),
  },
  'magic link': {
    opens: [],
    tryIt: (core, text) => core.browser().api('POST', '/auth/confirm', { token: text }),
  },
  'pairing code': {
    opens: ['pairing code'],
    tryIt: (core, text) => core.owner.api('POST', '/auth/pair/lookup', { code: text }),
  },
  'pairing wait': {
    opens: ['pairing cookie'],
    tryIt: (core, text, all) =>
      core.browser().api('GET', `/auth/pair/wait?pairing=${all.get('pairing id')}`, undefined, {
        cookie: `__Host-talos-pair=${text}`,
      }),
  },
  'MQTT as a browser': {
    opens: ['MQTT ticket'],
    tryIt: (core, password, all) =>
      connect(core, { username: 'ticket', password, clientId: all.get('client id') ?? '' }),
  },
  'MQTT as a station': {
    opens: ['station key'],
    tryIt: (core, password, all) => {
      const id = all.get('station id') ?? ''
      return connect(core, { username: id, password, clientId: id })
    },
  },
  'MQTT as the director': {
    opens: ['director key'],
    tryIt: (core, password) =>
      connect(core, { username: 'svc_director', password, clientId: 'svc_director:1' }),
  },
  enrollment: {
    opens: ['enrollment token'],
    tryIt: (core, text) =>
      core
        .browser()
        .api('POST', '/enroll', { token: text, nonce: 'nonce-cross', mount: MOUNT, agent: AGENT }),
  },
  'enrollment poll': {
    opens: ['poll secret'],
    tryIt: (core, text, all) =>
      core
        .browser()
        .api('GET', `/enroll/${all.get('enrollment id')}`, undefined, { authorization: `Bearer ${text}` }),
  },
}

test('B17: a secret of one purpose is refused for every other', async (t: Test) => {
  const core = await pairingCore(t)
  const secrets = await everySecret(core)
  for (const [name, text] of secrets) t.ok(text.length >= 8, `there is a ${name}`)
  for (const [where, place] of Object.entries(PLACES))
    for (const [what, text] of secrets) {
      if (place.opens.includes(what)) continue
      const { status } = await place.tryIt(core, text, secrets)
      t.ok(status >= 400 && status < 500, `${what} as ${where}: ${status}`)
    }
  // Last, since some are used up by it: each opens its own, so that the refusals above mean something.
  for (const [where, place] of Object.entries(PLACES))
    for (const what of place.opens) {
      const { status, body } = await place.tryIt(core, secrets.get(what) ?? '', secrets)
      t.ok(status < 300, `${what} as ${where}: ${status} ${body.code ?? ''}`)
    }
})
