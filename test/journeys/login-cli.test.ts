import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { TALOS_BIN } from '../../ops/child.js'
import { dataFile } from '../support/data.js'
import { temporaryDirectory } from '../support/directory.js'
import { type Ended, terminal } from './command-line.js'
import { ORG, OWNER, Person } from './person.js'
import { eventually, type Running, runTalos } from './programs.js'

t.setTimeout(300_000)

const ISS = '25544'
const folder = temporaryDirectory(t)
const credentials = path.join(folder, 'credentials.json')
const { talos, talosWhile } = terminal(folder, { TALOS_CREDENTIALS: credentials })

const core: Running = await runTalos(t, ['core'], {
  TALOS_DATA_DIR: path.join(folder, 'core'),
  TALOS_HTTP_PORT: '0',
  TALOS_MQTT_PORT: '0',
  TALOS_LOG_LEVEL: 'warn',
})
const url = core.ready.url ?? ''
const owner = new Person(url)
await owner.signIn(core.ready.ownerLink ?? '')

const elements = dataFile(t, 'sats-200.omm.json')

/** What it printed, when it went well. */
async function good(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await talos(...args)
  if (code !== 0) throw new Error(`talos ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}
/** What it printed with `--json`, parsed. */
const json = async (...args: string[]) => JSON.parse(await good('--json', ...args))

/** Wrong usage, told in words: no stack, no schema, and where the right usage is written. */
function isWrongUsage(t: Test, { code, stdout, stderr }: Ended, says: RegExp | string): void {
  t.equal(code, 2, stderr)
  t.match(stderr, says)
  t.equal(stdout, '')
  t.notMatch(stderr, /\n\s+at |ENOENT|expected one of/)
}

t.test('Without a login, and with wrong usage, it says what to do and exits 2; a failure is 1', async (t) => {
  const usages: [string[], RegExp][] = [
    [['nosuch'], /unknown command 'nosuch'[\s\S]*talos --help/],
    [['staions'], /Did you mean stations/],
    [
      ['stations', 'aprove', 'x'],
      /does not know 'aprove'. It knows list, show, make, set, approve, reject, revoke/,
    ],
    [['stations', '--frob'], /unknown option '--frob'/],
    [['login'], /missing required argument 'url'[\s\S]*talos login --help/],
    [['login', 'nonsense'], /nonsense is no address/],
    [['--server', 'nonsense', 'stations'], /nonsense is no address/],
    [['enroll'], /Say for which station or whom/],
    [['enroll', 'x', '--ttl', 'soon'], /'soon' is invalid. Give a whole number from 1 to 10080/],
    [['campaigns', 'create', '--name', 'x', '--satellites', ISS, '--priority', '11'], /from 1 to 10/],
    [['commands', 'send', 'Roof'], /missing required argument 'op'[\s\S]*talos commands send --help/],
    [['commands', 'send', 'Roof', 'jump'], /jump is no command. There are: stop | park/],
    [['commands', 'send', 'Roof', 'move', '10'], /move 10 is no command/],
    [['commands', 'send', 'Roof', 'move', '10', 'up'], /up is no angle/],
    [['commands', 'send', 'Roof', 'move', '10', '181'], /el is wrong/],
    [['audit', '--action', 'station.explode'], /Allowed choices are .*station.revoke/],
    [['audit', '--limit', '0'], /from 1 to 200/],
    [['passes', '--hours', '169'], /from 0.1 to 168/],
    [['passes', '--site', '52,4'], /Say whose passes: --satellite/],
    [['passes', '--mask', 'x'], /--mask needs a place/],
    [['passes', '--site', 'here', '--elements', 'x'], /--site here is no place/],
    [['passes', '--site', '52,4', '--elements', 'absent.json'], /absent.json: there is no such file/],
    [['elements', 'import'], /missing required argument 'file'/],
    [['agent', 'run'], /agent.json: there is no such file.*talos agent init/],
    [['agent', 'enroll', 'nonsense'], /agent.json: there is no such file/],
    [['demo', '--port', 'high'], /from 0 to 65535/],
  ]
  for (const [args, says] of usages) isWrongUsage(t, await talos(...args), says)
  t.match(await talos('stations'), { code: 1, stderr: /No server is known. Run: talos login/ })
  t.match(await talos('login', 'http://127.0.0.1:1'), { code: 1, stderr: /does not answer/ })
  t.match(await talos('--server', url, 'stations'), { code: 1, stderr: /Not signed in at/ })
  t.match(await talos('--help'), { code: 0, stdout: /talos|login <url>/, stderr: '' })
  t.match(await talos('--version'), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
  const doctor = JSON.parse((await talos('--json', 'doctor')).stdout)
  t.match(
    doctor.find(({ check }: { check: string }) => check === 'Sign-in'),
    { level: 'note' },
  )
})

t.test('A21: a person approves the login in a browser; the token is kept for its owner only', async (t) => {
  /** What the person does when the code is shown. */
  const decide = (act: 'approve' | 'deny') => {
    let isDone = false
    return (stderr: string) => {
      const userCode = /enter {2}([A-Z]{4}-[A-Z]{4})/.exec(stderr)?.[1]
      if (userCode === undefined || isDone) return
      isDone = true
      owner
        .post('/auth/device/lookup', { userCode })
        .then(({ clientName }) => t.match(clientName, /^talos on /))
        .then(() => owner.post(`/auth/device/${act}`, { userCode }))
        .catch((error: Error) => t.fail(error.message))
    }
  }
  const denied = talosWhile(decide('deny'), 'login', url)
  const approved = talosWhile(decide('approve'), '--json', 'login', url)
  t.match(await denied, { code: 1, stderr: /denied/ })
  const { code, stdout } = await approved
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { server: url, email: OWNER })
  t.equal(statSync(credentials).mode & 0o777, 0o600)
  t.match(readFileSync(credentials, 'utf8'), /gsr_/)
  t.equal(await good('whoami'), `${OWNER} at ${url}\n  ${ORG}: owner\n`)
  const { items } = await owner.get('/auth/command-lines')
  t.match(items, [{ clientName: /^talos on / }])
})

const readLogin = () => JSON.parse(readFileSync(credentials, 'utf8')).servers[url]
const changeLogin = (change: object) =>
  writeFileSync(
    credentials,
    JSON.stringify({ current: url, servers: { [url]: { ...readLogin(), ...change } } }),
    { mode: 0o600 },
  )

t.test('A15: tokens are renewed by themselves, also by commands that run at once', async (t) => {
  const before = readLogin()
  changeLogin({ accessExpiresAt: '2020-01-01T00:00:00.000Z' })
  const ends = await Promise.all(Array.from({ length: 4 }, () => talos('whoami')))
  for (const { code, stderr } of ends) t.equal(code, 0, stderr)
  const after = readLogin()
  t.not(after.refreshToken, before.refreshToken)
  t.not(after.accessToken, before.accessToken)
  t.equal(after.expiresAt.slice(0, 16), before.expiresAt.slice(0, 16), 'a month from the approval')
  t.equal(statSync(credentials).mode & 0o777, 0o600)
  t.equal(existsSync(`${credentials}.lock`), false)

  changeLogin({ accessToken: 'eyJhbGciOiJub25lIn0.e30.' })
  t.equal((await talos('whoami')).code, 0, 'one that the server refuses is replaced')
  writeFileSync(`${credentials}.lock`, '')
  utimesSync(`${credentials}.lock`, 0, 0)
  changeLogin({ accessExpiresAt: '2020-01-01T00:00:00.000Z' })
  t.equal((await talos('whoami')).code, 0, 'the lock of a process that died is taken over')
})

t.test('A station joins by the printed line and obeys', async (t) => {
  t.match(await good('stations'), /No stations. Make a token .* talos enroll/)
  t.same(await json('stations'), [])
  const { enrollUrl, command } = await json('enroll', 'Roof')
  t.match(await good('enroll', 'Roof'), /It works once, until .*\n\n {2}npx talos agent enroll 'http/s)
  t.equal(command, `npx talos agent enroll '${enrollUrl}'`)

  await good('agent', 'init')
  isWrongUsage(t, await talos('agent', 'init'), /is there already/)
  isWrongUsage(t, await talos('agent', 'run'), /Join first: talos agent enroll/)
  isWrongUsage(t, await talos('agent', 'enroll', 'nonsense'), /Copy the whole link/)
  const config = path.join(folder, 'agent.json')
  const text = readFileSync(config, 'utf8')
  const simulated = '"driver": { "kind": "simulated", "azRate": 6, "elRate": 3 },'
  const known = text.replace(/^ {2}\/\/ "(name|site)":/gm, '  "$1":').replace('Roof, east mast', 'Roof')
  writeFileSync(config, known.replace(/^ {2}"driver": .*$/m, simulated))
  t.match(await json('agent', 'enroll', enrollUrl), { org: ORG, url })
  t.match(await good('agent', 'enroll', enrollUrl), /has joined with this link before, and stays station/)
  const { enrollUrl: another } = await json('enroll', 'Another')
  t.match(await talos('agent', 'enroll', another), { code: 1, stderr: /already.*The link was not used/ })

  const agent = await runTalos(t, ['agent', 'run', '--config', config], { TALOS_LOG_LEVEL: 'warn' })
  await eventually('the station is online', 20_000, async () => {
    const [station] = await json('stations')
    return station?.online === true ? station : null
  })
  t.match(await good('stations'), /NAME.*\nRoof +approved +\w+ +used +52\.205, 0\.122 +simulated/)
  t.equal(await good('commands', 'send', 'roof', 'stop'), 'Roof: stop done\n', 'the rotator has taken it')
  t.match(await json('commands', 'send', 'Roof', 'move', '200', '40'), { op: 'move', result: 'accepted' })
  t.match(await talos('commands', 'send', 'Roof', 'move', '700', '40'), { code: 1, stderr: /out_of_limits/ })
  t.match(await talos('commands', 'send', 'Mast', 'stop'), {
    ...{ code: 1, stderr: 'talos: There is no station Mast. There are: Roof (not_found)\n' },
  })
  t.match(await good('commands'), new RegExp(`Roof +move az=200 el=40 .*${OWNER}`))
  t.equal((await json('commands', '--station', 'Roof')).length, 3)
  t.equal(await agent.end('SIGTERM'), 0)
})

t.test('Elements, campaigns, passes, contacts', { skip: elements === null }, async (t) => {
  const file = path.join(folder, 'elements.json')
  const sets: object[] = JSON.parse(elements ?? '[]')
  writeFileSync(file, JSON.stringify([...sets, { ...sets[0], MEAN_MOTION: -1 }]))
  t.match(await good('elements'), /No satellites. Bring elements/)
  t.match(
    await good('elements', 'import', file),
    /^200 imported, 0 known already, 1 refused.\n.*MEAN_MOTION.*\n\d+ are too old/,
  )
  t.match(await json('elements', 'import', file), { imported: 0, unchanged: 200 })
  t.equal((await json('elements')).length, 200, 'every page')
  t.match(await good('elements', '--search', 'ISS (Z'), /25544 +ISS \(ZARYA\) +[\d.]+ d stale/)

  t.match(await good('campaigns'), /No campaigns. Make one/)
  const old = ['campaigns', 'create', '--name', 'Amateur', '--satellites', ISS]
  t.match(await talos(...old.slice(0, -1), '1'), { code: 2, stderr: /\/satellites\/0: 1 has no elements/ })
  const strict = await good('campaigns', 'create', '--name', 'Strict', '--satellites', ISS)
  t.match(strict, /Not followed, since their elements are too old: ISS \(ZARYA\) \(\d+ days\)/)
  t.match(await good('schedule'), /Not followed.*ISS/, 'and the schedule says so too')
  await good('campaigns', 'end', 'Strict')
  t.match(await json(...old, '--priority', '7', '--allow-stale'), { priority: 7, allowStale: true })
  t.match(await good('campaigns'), /Amateur +7 +1 +all +- +- +yes/)

  const passes = await json('passes', '--hours', '72')
  t.ok(passes.length > 3, 'of the campaign, over the station')
  t.match(await good('passes', '--station', 'Roof', '--hours', '72'), /\nRoof +\d{4}-.*ISS \(ZARYA\)/)
  t.match(await talos('passes', '--satellite', 'moon'), { code: 2, stderr: /Give catalogue numbers/ })
  const site = ['--elements', file, '--site', '52.2053,0.1218,25', '--hours', '72']
  const local = await json('passes', ...site, '--satellite', ISS)
  t.equal(local.length, passes.length, 'the same passes without a server')
  for (const [i, pass] of passes.entries()) {
    const apart = Date.parse(pass.tca) - Date.parse(local[i].tca)
    t.ok(Math.abs(apart) < 1000, `${pass.tca}: ${apart} ms apart`)
  }
  t.match(await talos('passes', ...site), { stdout: /AOS \(UTC\)/, stderr: /not used: .*MEAN_MOTION/ })
  t.match(await talos('passes', ...site, '--satellite', '1'), { code: 1, stderr: /no usable elements of 1/ })

  t.match(await good('contacts'), /No contacts since/)
  t.same(await json('contacts', '--open', '--station', 'Roof'), [])
  t.match(await talos('contacts', 'show', 'nobody-0001'), { code: 1, stderr: /no contact nobody-0001/ })
  t.match(await good('schedule'), /Is the director running/)
  t.match(await talos('campaigns', 'end', 'Weather'), { code: 1, stderr: /There are: Amateur/ })
  t.equal(await good('campaigns', 'end', 'amateur'), 'Amateur has ended.\n')
  t.match(await good('passes'), /^No passes .* the satellites of your campaigns/)
})

t.test('What was done stands in the audit; the doctor is content; a station is revoked', async (t) => {
  isWrongUsage(t, await talos('stations', 'revoke', 'Roof'), /--confirm/)
  t.match(await talos('stations', 'revoke', 'Roof', '--confirm', 'Mast'), { code: 1, stderr: /is another/ })
  t.match(await good('stations', 'revoke', 'Roof', '--confirm', 'Roof'), /Roof is revoked/)
  const trail = await json('audit')
  const acts = new Set(trail.map(({ action }: { action: string }) => action))
  for (const act of ['enrollment_token.issue', 'enrollment_token.redeem', 'command.send', 'station.revoke'])
    t.ok(acts.has(act), act)
  t.match(await good('audit', '--action', 'station.revoke'), new RegExp(`user ${OWNER} +station.revoke`))
  t.match(await good('audit', '--system', '--limit', '200'), /device_login.approve/)
  const doctor = await talos('doctor')
  t.equal(doctor.code, 0)
  t.match(doctor.stdout, /Server +ok +http.* is ready\nClock +ok[\s\S]*Sign-in +ok +owner@example.org/)
})

t.test('Its output may be cut short, and its logins are kept with care', async (t) => {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'node "$0" --json audit --limit 200 | head -1', TALOS_BIN],
    { env: { ...process.env, TALOS_CREDENTIALS: credentials }, encoding: 'utf8' },
  )
  t.match({ status, stdout, stderr }, { status: 0, stdout: '[\n', stderr: '' })
  const kept = readFileSync(credentials)
  writeFileSync(credentials, 'half of')
  isWrongUsage(t, await talos('stations'), /is damaged. Remove it/)
  writeFileSync(credentials, kept, { mode: 0o600 })
  spawnSync('chmod', ['644', credentials])
  isWrongUsage(t, await talos('stations'), /can be read by others. Run: chmod 600/)
  spawnSync('chmod', ['600', credentials])

  const token = readLogin().accessToken
  t.equal(await good('logout'), `Signed out at ${url}.\n`)
  t.match(await talos('whoami'), { code: 1, stderr: /talos login/ })
  const thief = terminal(folder, { TALOS_TOKEN: token, TALOS_SERVER: url, TALOS_CREDENTIALS: 'none' })
  t.match(await thief.talos('whoami'), { code: 1, stderr: /not_signed_in/ })
  t.same((await owner.get('/auth/command-lines')).items, [])

  writeFileSync(credentials, kept, { mode: 0o600 })
  t.match(await talos('whoami'), { code: 1, stderr: /has ended. Run: talos login http/ })
  t.match(await talos('whoami'), { code: 1, stderr: /No server is known/ }, 'and is forgotten here')
})
