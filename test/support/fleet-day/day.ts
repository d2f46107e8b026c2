/**
 * A day of a whole fleet: core, director and agents as they are, a database and a broker as they are, rotators and time
 * simulated. What happens is drawn from a seed.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { readConfig } from '../../../core/config.js'
import { createCore } from '../../../core/core.js'
import { createLog } from '../../../core/log.js'
import { readDirectorConfig } from '../../../director/config.js'
import { Director } from '../../../director/director.js'
import type { Omm, Site } from '../../../shared/messages.js'
import { HOUR, iso, MINUTE } from '../../../shared/time.js'
import { BUSY_MACHINE } from '../busy-machine.js'
import { ApiClient } from '../client.js'
import { MemoryMailer, tokenOf } from '../mailer.js'
import { seededRandom } from '../random.js'
import { SimulatedTime } from '../simulated-time.js'
import { type Complaint, SimulatedAntenna } from './antenna.js'
import { calamities, type Happening } from './happenings.js'
import { renewed } from './renewal.js'
import type { Stage } from './stage.js'
import { judge, lookAtRefusals, type Refusals, type Verdict } from './verdict.js'

export interface DayOptions {
  readonly databaseUrl: string
  /** Empty, for all that is kept. */
  readonly folder: string
  readonly hours: number
  /** How far ahead the director books. */
  readonly horizonHours: number
  /** How often elements are published. */
  readonly renewalMs: number
  /** One of so many sets is off by much. */
  readonly badSets: number
  readonly seed: number
  /** Epoch ms at which the day begins; the elements are of about then. */
  readonly startMs: number
  readonly sites: readonly Site[]
  readonly elements: readonly Omm[]
}

export interface DayResult {
  readonly verdict: Verdict
  /** Of core, director and agents together. */
  readonly cpuSeconds: number
  /** What happened, in words. */
  readonly happened: readonly string[]
  /** How often each complaint was in a log, the most frequent first. */
  readonly complaints: readonly (readonly [string, number])[]
}

const ORG = 'main'
const OWNER = 'owner@example.org'
/** After the last hour: what runs ends, what was flown alone is told. */
const EPILOGUE_MS = 40 * MINUTE
const LOOK_MS = 10 * MINUTE

export async function simulateDay(options: DayOptions, say: (line: string) => void): Promise<DayResult> {
  const time = new SimulatedTime(options.startMs)
  time.install()
  try {
    return await run(options, time, say)
  } finally {
    time.uninstall()
  }
}

async function run(
  options: DayOptions,
  time: SimulatedTime,
  say: (line: string) => void,
): Promise<DayResult> {
  const { folder, startMs, hours, renewalMs, seed } = options
  const random = seededRandom(seed)
  const fraction = () => random(1_000_000) / 1_000_000
  const complaints: Complaint[] = []
  const keep = (line: string) => {
    const { level, msg, err, ...facts } = JSON.parse(line)
    if (level >= 40) complaints.push({ station: 'core', message: msg, facts: { ...facts, err } })
  }
  const mailer = new MemoryMailer()
  const dataDir = path.join(folder, 'core')
  const env = { TALOS_HTTP_PORT: '0', TALOS_MQTT_PORT: '0', TALOS_MQTTS_PORT: '0', TALOS_DATA_DIR: dataDir }
  const core = createCore(readConfig({ ...env, TALOS_DATABASE_URL: options.databaseUrl, ...BUSY_MACHINE }), {
    clock: time,
    random: randomBytes,
    log: createLog('warn', { write: keep }),
    print: () => undefined,
    version: '0.0.0-test',
    dashboardDir: path.join(folder, 'no-dashboard'),
    agentDir: path.join(folder, 'no-agent'),
    mailer,
    onFatal: (error) => complaints.push({ station: 'core', message: error.message, facts: {} }),
  })
  const started = await time.whole(core.start())
  const newBrowser = () => new ApiClient({ app: core.app, origin: started.url })
  const confirm = async (secret: string | undefined) => {
    const browser = newBrowser()
    await browser.api('POST', '/auth/confirm', { token: secret, email: OWNER })
    return browser
  }
  let owner = await time.whole(confirm(started.ownerLink?.split('#')[1]))
  const signInAnew = async () => {
    const browser = newBrowser()
    const mail = mailer.next(OWNER)
    await browser.api('POST', '/auth/login', { email: OWNER })
    await browser.api('POST', '/auth/confirm', { token: tokenOf(await mail) })
    owner = browser
  }
  const ask: Stage['ask'] = async (method, at, body) => {
    let { status, body: answer } = await time.whole(owner.api(method, at, body))
    // A12: the session was idle for too long, or what matters needs a fresh proof.
    if (status === 401 || answer?.code === 'step_up_required') {
      await time.whole(signInAnew())
      ;({ status, body: answer } = await time.whole(owner.api(method, at, body)))
    }
    if (status >= 300) throw new Error(`${method} ${at} was answered ${status} ${JSON.stringify(answer)}`)
    return answer
  }

  let sets = options.elements
  const publish = (ms: number) => {
    sets = sets.map((omm) => renewed(omm, ms, options.badSets, random))
    return ask('POST', '/elements/import', { source: 'simulation', text: JSON.stringify(sets) })
  }
  await time.until(publish(startMs - 30 * MINUTE))

  const antennas: SimulatedAntenna[] = []
  for (const [i, site] of options.sites.entries()) {
    const name = `Station ${i + 1}`
    const home = path.join(folder, `agent-${i + 1}`)
    mkdirSync(home, { recursive: true })
    const antenna = new SimulatedAntenna({ name, site, dataDir: home, time, random: fraction, complaints })
    const { enrollUrl } = await time.until(ask('POST', `/orgs/${ORG}/enrollment-tokens`, { name }))
    await time.until(antenna.join(enrollUrl))
    await time.until(ask('PATCH', `/orgs/${ORG}/stations/${antenna.stationId}`, { minElevation: 10 }))
    await time.until(antenna.switchOn())
    antennas.push(antenna)
  }
  const satellites = sets.map((omm) => String(omm.NORAD_CAT_ID))
  const stage: Stage = { time, antennas, satellites, ask }

  const note = (_level: string) => (facts: object, message: string) =>
    complaints.push({ station: 'director', message, facts: facts as Complaint['facts'] })
  const director = new Director(
    readDirectorConfig({
      ...env,
      TALOS_HTTP_PORT: new URL(started.localUrl).port,
      TALOS_MQTT_PORT: new URL(started.mqttUrl).port,
      // Nobody answers there: elements come by upload.
      TALOS_CELESTRAK_URL: 'http://127.0.0.1:9',
      TALOS_SATNOGS_URL: 'http://127.0.0.1:9',
      TALOS_INSECURE_HTTP: '1',
      TALOS_HORIZON_HOURS: String(options.horizonHours),
    }),
    {
      clock: time,
      random: fraction,
      log: { info: () => undefined, warn: note('warn'), error: note('error') },
    },
  )
  director.start()

  const endMs = startMs + hours * HOUR
  const renewals = Array.from({ length: Math.floor((hours * HOUR) / renewalMs) }, (_, i): Happening => {
    const atMs = startMs + (i + 1) * renewalMs - random(10) * MINUTE
    return { atMs, what: 'elements are published', act: () => publish(atMs - 30 * MINUTE) }
  })
  const all = [...renewals, ...calamities(stage, startMs, endMs, random)].sort((a, b) => a.atMs - b.atMs)
  const happened: string[] = []
  const refusals: Refusals = { looks: 0, seen: 0, withoutReason: 0 }
  let looked = startMs
  for (const { atMs, what, act } of all) {
    for (; looked + LOOK_MS < atMs; looked += LOOK_MS) {
      await time.goTo(looked + LOOK_MS)
      await time.until(lookAtRefusals(core.context.prisma, refusals))
    }
    await time.goTo(atMs)
    const line = `${iso(time.now()).slice(11, 19)} ${what}`
    happened.push(line)
    say(line)
    await time.until(act())
  }
  await time.goTo(endMs)
  // No new contacts, so that all that were booked come to their end.
  await time.until(endCampaigns(stage))
  await time.goTo(endMs + EPILOGUE_MS)
  const verdict = await time.until(judge(core.context.prisma, antennas, refusals, time.now()))

  await time.until(director.stop())
  for (const antenna of antennas) await time.until(antenna.end())
  await time.until(core.stop())
  const counts = new Map<string, number>()
  for (const { station, message, facts } of complaints) {
    const reason = facts['reason'] ?? (facts['err'] as { message?: string } | undefined)?.message ?? ''
    const who = station.startsWith('Station') ? 'an agent' : station
    const line = `${who}: ${message} ${String(reason).replace(/[0-9a-f-]{36}/g, '<id>')}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const { user, system } = process.cpuUsage()
  return {
    verdict,
    cpuSeconds: (user + system) / 1e6,
    happened,
    complaints: [...counts].sort((a, b) => b[1] - a[1]).slice(0, 40),
  }
}

async function endCampaigns({ ask }: Stage): Promise<void> {
  const { items } = await ask('GET', `/orgs/${ORG}/campaigns`)
  for (const { id } of items) await ask('DELETE', `/orgs/${ORG}/campaigns/${id}`)
}
