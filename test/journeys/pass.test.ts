import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { dataFile } from '../support/data.js'
import { temporaryDirectory } from '../support/directory.js'
import { agentConfig, rotctldPort, Witness } from './antenna.js'
import { ORG, OWNER, Person } from './person.js'
import { eventually, logged, processesOf, type Running, runTalos, talos } from './programs.js'
import { apart, directionFrom, type PassUnderWay, passUnderWay } from './sky.js'

/** The pass under way lasts two minutes; starting and ending everything takes the rest. */
t.setTimeout(240_000)

const TLE = 'amateur-all-20260507.tle'
/** Epoch of the file's elements. */
const TLE_DAY = Date.UTC(2026, 4, 7)
const DAY_MS = 86_400_000
const MIN_ELEVATION = 25
const WISH = {
  minElevation: MIN_ELEVATION,
  elevationNow: 45,
  losInS: [100, 112],
  // Near where the dummy rotator begins, so that the first slew is short.
  azimuth: [5, 110],
} as const
/** Before this much of the pass is left, core is killed: then the agent is alone for that long. */
const ALONE_MS = 35_000
const MOST_ERROR_DEG = 1
/** One look at the rotator every two seconds. */
const LOOK_MS = 2000

/** Looks at the rotator until `untilMs` and compares with where the satellite is. Returns the errors, degrees. */
async function watch(witness: Witness, { satrec, site }: PassUnderWay, untilMs: number): Promise<number[]> {
  const errors: number[] = []
  while (Date.now() < untilMs) {
    const seen = await witness.look()
    const wanted = directionFrom(satrec, site, seen.atMs)
    errors.push(wanted === null ? Number.NaN : apart(seen, wanted))
    await pause(Math.max(0, Math.min(LOOK_MS, untilMs - Date.now())))
  }
  return errors
}

const said = (errors: readonly number[]) =>
  `${errors.length} looks, mean ${(errors.reduce((a, b) => a + b, 0) / errors.length).toFixed(3)}, ` +
  `most ${Math.max(...errors).toFixed(3)} degrees`

function checkErrors(t: Test, errors: readonly number[], least: number, when: string) {
  t.ok(errors.length >= least, `${when}: ${said(errors)}`)
  t.ok(
    errors.every((error) => error < MOST_ERROR_DEG),
    `${when}: never ${MOST_ERROR_DEG} degree or more from where the satellite is`,
  )
}

/** Everything must be readable and nothing must have failed: no error in the log of a program. */
const checkLog = (t: Test, name: string, running: Running) =>
  t.same(logged(running.output(), 50), [], `the log of ${name} has no error`)

/** Imports the elements and asks what the API says of one. */
async function checkElements(t: Test, owner: Person, tle: string, satelliteId: string): Promise<void> {
  const imported = await owner.post('/elements/import', { source: `upload:${TLE}`, text: tle })
  t.ok(imported.imported > 250, `${imported.imported} satellites, ${imported.refused.length} refused`)
  const satellite = await owner.get(`/satellites/${satelliteId}`)
  const days = (Date.now() - TLE_DAY) / DAY_MS
  t.equal(satellite.age, 'stale', 'the API says that the elements are stale')
  t.ok(Math.abs(satellite.ageDays - days) < 10, `and how old: ${satellite.ageDays.toFixed(1)} days`)
}

t.test('A pass under way is joined, and flown to its end while core is dead', async (t) => {
  const tle = dataFile(t, TLE)
  const port = await rotctldPort(t)
  if (tle === null || port === null) return
  const began = Date.now()
  const since = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const folder = temporaryDirectory(t)
  const env = { TALOS_DATA_DIR: path.join(folder, 'core'), TALOS_OWNER_EMAIL: OWNER }
  let core = await runTalos(t, ['core'], { ...env, TALOS_HTTP_PORT: '0', TALOS_MQTT_PORT: '0' })
  const { url = '', mqttUrl = '', ownerLink } = core.ready
  t.comment(`core is ready after ${since()}`)

  const owner = new Person(url)
  await owner.signIn(ownerLink ?? '')
  t.equal((await owner.get('/auth/me')).email, OWNER, 'the owner link signs the owner in')
  const pass = passUnderWay(tle, Date.now(), WISH)
  t.comment(
    `satellite ${pass.satelliteId} over ${pass.site.lat}, ${pass.site.lon}: LOS in ${(pass.losMs - Date.now()) / 1000} s`,
  )
  await checkElements(t, owner, tle, pass.satelliteId)

  const { enrollUrl } = await owner.post(`/orgs/${ORG}/enrollment-tokens`, { name: 'Journey' })
  const config = agentConfig(path.join(folder, 'agent'), port, 'Journey', pass.site)
  await talos(['agent', 'enroll', enrollUrl, '--config', config])
  const { items: stations } = await owner.get(`/orgs/${ORG}/stations`)
  t.match(stations, [{ name: 'Journey', status: 'approved' }], 'the command line enrolls a station')
  const station = `/orgs/${ORG}/stations/${stations[0].id}`
  await owner.ask('PATCH', station, { minElevation: MIN_ELEVATION })
  const agent = await runTalos(t, ['agent', 'run', '--config', config])
  const satellites = [pass.satelliteId]
  await owner.post(`/orgs/${ORG}/campaigns`, {
    name: 'One',
    priority: 5,
    satellites,
    allowStale: true,
    minDurationS: 20,
  })
  const director = await runTalos(t, ['director'], {
    ...env,
    TALOS_CORE_URL: url,
    TALOS_MQTT_URL: mqttUrl,
  })
  t.comment(`all programs run after ${since()}`)

  const contacts = `/orgs/${ORG}/contacts`
  const find = async (isWanted: (contact: { state: string }) => boolean) =>
    (await owner.get(`${contacts}?satellite=${pass.satelliteId}&limit=1`)).items.find(isWanted) ?? null
  const contact = await eventually('a contact that is tracking', 60_000, () =>
    find((c) => c.state === 'tracking'),
  )
  t.comment(`tracking after ${since()}, ${(pass.losMs - Date.now()) / 1000} s before LOS`)
  t.ok(Date.parse(contact.aos) > began, 'the director joined a pass that had begun before')
  t.ok(
    Math.abs(Date.parse(contact.los) - pass.losMs) < 2000,
    `LOS is ${(Date.parse(contact.los) - pass.losMs) / 1000} s from the independent one`,
  )

  const witness = await Witness.at(t, port)
  const los = Math.min(Date.parse(contact.los), pass.losMs)
  await eventually('the rotator points at the satellite', 30_000, async () => {
    const seen = await witness.look()
    const wanted = directionFrom(pass.satrec, pass.site, seen.atMs)
    return wanted !== null && apart(seen, wanted) < MOST_ERROR_DEG ? true : null
  })
  t.comment(`on target after ${since()}`)
  checkErrors(t, await watch(witness, pass, los - ALONE_MS), 3, 'with core')

  t.equal(await core.end('SIGKILL'), 'SIGKILL', `core is killed after ${since()}`)
  const alone = await watch(witness, pass, los - 500)
  checkErrors(t, alone, 12, 'without core')
  await t.rejects(fetch(url), 'nothing answers at the address of core')

  t.comment(`LOS after ${since()}`)
  core = await runTalos(t, ['core'], {
    ...env,
    TALOS_HTTP_PORT: new URL(url).port,
    TALOS_MQTT_PORT: new URL(mqttUrl).port,
  })
  t.comment(`core is ready again after ${since()}`)
  const ended = await eventually('the contact ends', 60_000, async () => {
    const now = await owner.get(`${contacts}/${contact.id}`)
    return now.receipt === null ? null : now
  })
  t.comment(`the receipt is in after ${since()}`)
  t.equal(ended.state, 'completed', ended.cause)
  t.comment(JSON.stringify({ ...ended.receipt, samples: ended.receipt.samples.length }))
  const lengthS = (Date.parse(ended.los) - Date.parse(ended.aos)) / 1000
  t.ok(ended.receipt.onTargetS >= 0.9 * lengthS, `on target ${ended.receipt.onTargetS} of ${lengthS} s`)
  t.ok(ended.receipt.rmsErrDeg < MOST_ERROR_DEG, `rms error ${ended.receipt.rmsErrDeg} degrees`)
  t.ok(
    ended.receipt.autonomyS > ALONE_MS / 1000 - 5,
    `${ended.receipt.autonomyS} s of the pass without a connection`,
  )
  const history = ended.events.map((event: { to: string }) => event.to)
  t.same(history.slice(0, 2), ['proposed', 'scheduled'], `the history of the contact: ${history.join(', ')}`)
  t.same(history.slice(-2), ['tracking', 'completed'], 'and its end')
  // The director comes back to a broker that was gone after 30 s at the latest.
  await eventually('the agent forgets a plan whose receipt core has', 45_000, async () => {
    const { live } = await owner.get(station)
    return live?.plans?.some((plan: { contactId: string }) => plan.contactId === contact.id) === false
      ? true
      : null
  })
  t.comment(`the plan is withdrawn after ${since()}`)

  const programs = { agent, director, core }
  for (const [name, running] of Object.entries(programs)) {
    t.equal(await running.end('SIGTERM'), 0, `${name} ends cleanly, after ${since()}`)
    checkLog(t, name, running)
  }
  t.same(processesOf(folder), [], 'no process is left')
})
