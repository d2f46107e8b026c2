import path from 'node:path'
import t from 'tap'
import { brokerHealthResponse, type HealthFinding } from '../../shared/api/health.js'
import { certificate } from '../support/certificate.js'
import { temporaryDirectory } from '../support/directory.js'
import { RawClient } from '../support/raw-mqtt.js'
import { terminal } from './command-line.js'
import { Person } from './person.js'
import { type Running, runTalos } from './programs.js'

t.setTimeout(300_000)

const folder = temporaryDirectory(t)

const startCore = (name: string, env: Readonly<Record<string, string>> = {}): Promise<Running> =>
  runTalos(t, ['core'], {
    TALOS_DATA_DIR: path.join(folder, name),
    TALOS_HTTP_PORT: '0',
    TALOS_MQTT_PORT: '0',
    TALOS_MQTTS_PORT: '0',
    TALOS_LOG_LEVEL: 'warn',
    ...env,
  })

const core = await startCore('core')
const url = core.ready.url ?? ''
const owner = new Person(url)
await owner.signIn(core.ready.ownerLink ?? '')

/** Signs the command line in, as a person does: the code is approved in the browser. */
async function signIn(person: Person, at: string, env: Readonly<Record<string, string>>) {
  const { talosWhile } = terminal(folder, env)
  let isDone = false
  return await talosWhile(
    (stderr) => {
      const userCode = /enter {2}([A-Z]{4}-[A-Z]{4})/.exec(stderr)?.[1]
      if (userCode === undefined || isDone) return
      isDone = true
      person.post('/auth/device/approve', { userCode }).catch((error: Error) => t.fail(error.message))
    },
    'login',
    at,
  )
}

const profile = { TALOS_CREDENTIALS: path.join(folder, 'credentials.json') }
const { talos } = terminal(folder, profile)
t.equal((await signIn(owner, url, profile)).code, 0)

/** So many CONNECTs as stations that there are not. */
async function knockInVain(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const client = await RawClient.open(Number(new URL(core.ready.mqttUrl ?? '').port))
    const name = `station-none-${i}`
    const code = await client.connect({ clientId: name, username: name, password: `gsk_${i}_x` })
    if (code !== 4 && code !== 3) throw new Error(`CONNACK ${code}`)
    client.end()
  }
}

t.test('a broker that does well: every listener answers, nothing to do, exit 0', async (t) => {
  const { code, stdout, stderr } = await talos('doctor', 'broker')
  t.equal(code, 0, stderr)
  t.match(stdout, new RegExp(`^The broker of ${url}\n\n`))
  t.match(stdout, /Plain MQTT +ok +mqtt:\/\/127\.0\.0\.1:\d+ answers in \d+ ms\n/)
  t.match(stdout, /WebSocket +ok +ws:\/\/127\.0\.0\.1:\d+\/mqtt answers in \d+ ms\n/)
  t.match(stdout, /Clients +ok +0 stations, 0 pages of people, 0 services; 0 of \d+ places taken\n/)
  t.match(stdout, /\nNothing to do\.\n$/)
})

t.test('H4: the server tells of every collector in its last round', async (t) => {
  const { code, stdout, stderr } = await talos('doctor', 'server')
  t.equal(code, 0, stderr)
  for (const name of ['broker', 'database', 'enrollment', 'keys', 'disk'])
    t.match(stdout, new RegExp(`(^|\\n)${name}\\n\\n`))
  t.match(stdout, /Version +ok +PostgreSQL \d+/)
  t.match(stdout, /TLS certificate +ok +core serves none/)
})

t.test('what goes wrong is named, with who and what to do, exit 1; --json has all numbers', async (t) => {
  await knockInVain(31)
  const { code, stdout } = await talos('doctor', 'broker')
  t.equal(code, 1)
  t.match(stdout, /CONNECTs refused +warning +\d+ in the last minute: \d+ bad_credentials/)
  t.match(stdout, /-> Wrong or dead keys: talos audit --system --action broker\.refuse says who/)
  t.match(stdout, /\n1 to look at\.\n$/)
  const trail = await talos('audit', '--system', '--action', 'broker.refuse')
  t.match(trail.stdout, /broker\.refuse +/, 'and the advice leads somewhere')

  const json = await talos('--json', 'doctor', 'broker')
  t.equal(json.code, 1)
  const { server, level, findings, health } = JSON.parse(json.stdout)
  t.same({ server, level }, { server: url, level: 'warning' })
  t.ok(brokerHealthResponse.parse(health).recent.refused['connect']?.['bad_credentials'])
  t.equal(findings.filter((f: HealthFinding) => f.level !== 'ok').length, 1)
})

t.test('without a login it says what it could not check, and knocks where it can', async (t) => {
  const stranger = terminal(folder, { TALOS_CREDENTIALS: path.join(folder, 'none.json') })
  t.match(await stranger.talos('doctor', 'broker'), {
    code: 1,
    stderr: /No server is known. Run: talos login/,
  })
  const { code, stdout } = await stranger.talos('--server', url, 'doctor', 'broker')
  t.equal(code, 1)
  t.match(stdout, /Numbers +warning +not checked: not signed in/)
  t.match(stdout, /WebSocket +ok/)
  t.match(stdout, /Other listeners +note +not checked/)
  const wrong = terminal(folder, { ...profile, TALOS_TOKEN: 'gsa_0000000000000000_x', TALOS_SERVER: url })
  t.match(await wrong.talos('doctor', 'broker'), { code: 1, stdout: /Numbers +warning +not checked: / })
})

t.test('wrong usage is 2; a server that is down is said at once', async (t) => {
  t.match(await talos('doctor', 'brokr'), { code: 2, stdout: '' })
  t.match(await talos('doctor', 'broker', '--frob'), { code: 2, stderr: /unknown option/ })
  t.match(await talos('--server', 'nonsense', 'doctor', 'broker'), { code: 2, stderr: /no address/ })
  t.match(await talos('doctor', '--help'), { code: 0, stdout: /broker/ })
  const down = terminal(folder, { TALOS_TOKEN: 'gsa_0000000000000000_x', TALOS_SERVER: 'http://127.0.0.1:1' })
  t.match(await down.talos('doctor', 'broker'), {
    ...{ code: 1, stdout: /Server +critical +http:\/\/127\.0\.0\.1:1 does not answer/ },
  })
})

t.test('B10 H14: over TLS the certificate is looked at on every door', async (t) => {
  const made = certificate(t)
  if (made === null) return t.comment('there is no openssl here')
  const secure = await startCore('secure', { TALOS_TLS_CERT: made.certFile, TALOS_TLS_KEY: made.keyFile })
  const at = secure.ready.url ?? ''
  // Without a login, since the browser of these tests trusts no certificate of ours.
  const stranger = { TALOS_CREDENTIALS: path.join(folder, 'none.json'), NODE_EXTRA_CA_CERTS: made.certFile }
  const { code, stdout } = await terminal(folder, stranger).talos('--server', at, 'doctor', 'broker')
  t.equal(code, 1)
  t.match(stdout, /WebSocket +ok +wss:\/\/127\.0\.0\.1:\d+\/mqtt answers in \d+ ms, TLSv1\.3\n/)
  t.match(stdout, /Certificate +critical +of 127\.0\.0\.1 (expires within a day|is good for 1 day)/)
  t.match(stdout, /-> Put a newer pair/)
  t.notMatch(stdout, /not trusted/, 'NODE_EXTRA_CA_CERTS is believed')
  const distrustful = { TALOS_CREDENTIALS: stranger.TALOS_CREDENTIALS, TALOS_TOKEN: 'gsa_0000000000000000_x' }
  t.match(await terminal(folder, distrustful).talos('--server', at, 'doctor', 'broker'), {
    code: 1,
    stdout:
      /Server +critical[\s\S]*Certificate +warning +is not trusted by this machine \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  })
  t.equal(await secure.end('SIGTERM'), 0)
})
