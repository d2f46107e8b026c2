/**
 * The chaos run: real agents in their own processes follow pieces of real passes while everything around them fails.
 * @module
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { separation } from '../../../shared/angles.js'
import type { Mount, Site } from '../../../shared/messages.js'
import { seededRandom } from '../random.js'
import { hasRotctld } from '../rotctld.js'
import { Conductor, type Flight } from './conductor.js'
import { CoreProgram } from './core-program.js'
import { commit, type Deed, type Trouble, troubleFor } from './mischief.js'
import { HamlibRotator, SimulatedRotator } from './rotator.js'
import { directionOf, type Sat, slotsFor } from './sky.js'
import { Station } from './station.js'
import { type Evidence, judge, type Verdict } from './verdict.js'
import type { Sent } from './witness.js'

export interface ChaosOptions {
  readonly seed: number
  readonly passes: number
  readonly stations: number
  /** Length of a pass, and of the pause before the next one, ms. */
  readonly passMs: number
  readonly pauseMs: number
  /** To choose and to book the passes, and for the plans to arrive, before the first begins. */
  readonly aheadMs: number
  /** Core is killed about this often, ms; null: never. */
  readonly coreKilledEveryMs: number | null
  /** How long to wait for the last receipts, ms. */
  readonly patienceMs: number
  readonly sats: readonly Sat[]
  readonly folder: string
  readonly databaseUrl: string
  readonly say: (line: string) => void
  /** In place of what the seed would do. */
  readonly trouble?: (station: number, pass: number, aosMs: number) => Trouble[]
}

export interface Judged extends Evidence {
  readonly verdict: Verdict
}

export interface ChaosResult {
  readonly passes: readonly Judged[]
  readonly violations: readonly string[]
  readonly leaps: number
  readonly lines: number
  readonly torn: number
  readonly coreRestarts: number
  readonly agentStarts: number
  readonly releases: number
  readonly deeds: readonly Deed[]
}

const MOUNT: Mount = {
  azMin: 0,
  azMax: 360,
  elMin: 5,
  elMax: 90,
  azRate: 12,
  elRate: 12,
  beamwidth: 10,
  parkAz: 180,
  parkEl: 45,
  keepOut: [{ azFrom: 80, azTo: 100, elBelow: 20 }],
}
/** Stations in their turn: one turn, one and three quarters, a tower higher than what may be looked under. */
const MOUNTS: readonly Mount[] = [
  MOUNT,
  { ...MOUNT, azMin: -170, azMax: 440, azRate: 20, elRate: 20 },
  { ...MOUNT, azRate: 20, elRate: 20, keepOut: [{ azFrom: 350, azTo: 20, elBelow: 40 }] },
]
const LOOK_MS = 100
/** On a busy machine looks are late; in this time no mount leaves its target and comes back. */
const LONGEST_LOOK_MS = 1000
const ONLINE_MS = 60_000

const siteOf = (n: number): Site => ({ lat: 35 + ((n * 7) % 20), lon: ((n * 37) % 360) - 180, altM: 100 })

async function until(
  what: string,
  patienceMs: number,
  look: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patienceMs / 1000} s`)
    await pause(LOOK_MS)
  }
}

/** Runs to the end and judges. Everything that it started has ended when this resolves or rejects. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { folder, databaseUrl, stations: count, say } = options
  const core = new CoreProgram(path.join(folder, 'core'), databaseUrl)
  const ends: (() => Promise<void>)[] = [() => core.stop()]
  try {
    await core.start()
    const conductor = new Conductor(core, databaseUrl)
    ends.push(() => conductor.stop())
    const stations = Array.from({ length: count }, (_, n) => {
      const mount = MOUNTS[n % MOUNTS.length] ?? MOUNT
      const rotator = n % 2 === 0 && hasRotctld() ? new HamlibRotator(mount) : new SimulatedRotator(mount)
      const post = { name: `station-${n}-${rotator.kind}`, site: siteOf(n), mount, rotator }
      return new Station(post, folder, core.ports)
    })
    for (const station of stations) {
      const { enrollUrl } = await core.ask('POST', '/orgs/main/enrollment-tokens', {
        name: station.post.name,
      })
      await station.join(enrollUrl)
      ends.push(() => station.close())
      station.start()
    }
    conductor.start()
    await until('all agents are online', ONLINE_MS, () => stations.every((s) => conductor.isOnline(s)))
    return await new Show(options, core, conductor, stations).play()
  } finally {
    say('ending everything')
    await Promise.allSettled(ends.reverse().map((end) => end()))
  }
}

class Show {
  readonly #onTargetMs = new Map<string, number>()
  readonly #deeds = new Map<Station, Deed[]>()
  readonly #pick: (below: number) => number
  #errors: unknown[] = []

  constructor(
    private readonly options: ChaosOptions,
    private readonly core: CoreProgram,
    private readonly conductor: Conductor,
    private readonly stations: readonly Station[],
  ) {
    this.#pick = seededRandom(options.seed)
  }

  async play(): Promise<ChaosResult> {
    const { passes, passMs, pauseMs, aheadMs, sats, say, seed, trouble } = this.options
    const { stations, conductor } = this
    const each = Math.ceil(passes / stations.length)
    const firstMs = Math.ceil((Date.now() + aheadMs) / 1000) * 1000
    // Each station is half a step behind the one before, so that they do not all do the same at once.
    const stepMs = each === 1 ? 0 : Math.floor((passMs + pauseMs) / stations.length)
    const days = stations.map((station, n) => ({
      station,
      slots: slotsFor(
        sats,
        {
          ...{ site: station.post.site, mount: station.post.mount, passMs, pauseMs },
          ...{ firstMs: firstMs + n * stepMs, count: Math.min(each, passes - n * each) },
        },
        seededRandom(seed + 1 + n),
      ),
    }))
    await conductor.book(days)
    say(
      `${conductor.flights.length} passes are booked, the first in ${((firstMs - Date.now()) / 1000).toFixed(1)} s`,
    )
    const endMs = Math.max(...conductor.flights.map(({ slot }) => slot.losMs))
    const looking = setInterval(() => this.#look(), LOOK_MS)
    try {
      const troubles = days.flatMap(({ station, slots }, s) =>
        slots.flatMap(({ aosMs, losMs }, n) =>
          (trouble?.(s, n, aosMs) ?? troubleFor(s + n, aosMs, losMs, pauseMs, this.#pick)).map((t) => ({
            station,
            t,
          })),
        ),
      )
      const acts = troubles.map(({ station, t }) => this.#act(station, t))
      await Promise.all([...acts, this.#killCore(firstMs, endMs), this.#tell(endMs)])
      await this.#settled()
    } finally {
      clearInterval(looking)
    }
    if (this.#errors.length > 0) throw this.#errors[0]
    return await this.#result()
  }

  async #act(station: Station, trouble: Trouble): Promise<void> {
    await pause(Math.max(0, trouble.atMs - Date.now()))
    try {
      const deed = await commit(station, trouble, seededRandom)
      this.#deeds.set(station, [...(this.#deeds.get(station) ?? []), deed])
    } catch (error) {
      this.#errors.push(error)
    }
  }

  async #killCore(fromMs: number, untilMs: number): Promise<void> {
    const every = this.options.coreKilledEveryMs
    if (every === null) return
    for (let at = fromMs; at < untilMs; ) {
      at += every / 2 + this.#pick(every)
      await pause(Math.max(0, Math.min(at, untilMs) - Date.now()))
      await this.core.kill()
      await pause(this.#pick(4000))
      await this.core.start()
    }
  }

  async #tell(untilMs: number): Promise<void> {
    for (;;) {
      const left = untilMs + 1000 - Date.now()
      await pause(Math.max(0, Math.min(left, 30_000)))
      if (left <= 30_000) return
      const over = this.conductor.flights.filter(({ slot }) => slot.losMs < Date.now()).length
      this.options.say(`${over} of ${this.conductor.flights.length} passes are over`)
    }
  }

  /** Everything works again; what is still to be told is told. */
  async #settled(): Promise<void> {
    const { conductor, stations } = this
    for (const station of stations) {
      station.mend()
      station.step(0)
      station.start()
    }
    const deadline = Date.now() + this.options.patienceMs
    const ids = new Set(conductor.flights.map(({ contactId }) => contactId))
    while (Date.now() < deadline) {
      const rows = (await conductor.rows()).filter(({ id }) => ids.has(id))
      const isWithdrawn = conductor.flights.every((f) => conductor.planPhase(f.station, f.contactId) === null)
      const open = rows.filter(
        (row) => row.receiptAt === null && !/^(missed|failed|cancelled)/.test(row.state),
      )
      if (open.length === 0 && isWithdrawn && stations.every((s) => conductor.isOnline(s))) return
      await pause(500)
    }
  }

  #look(): void {
    const now = Date.now()
    for (const station of this.stations) {
      const at = station.witness.look()
      const flight = this.conductor.flights.find(
        ({ station: s, slot }) => s === station && slot.aosMs <= now && now <= slot.losMs,
      )
      if (flight === undefined) continue
      const truth = directionOf(flight.slot.sat.satrec, station.post.site, now)
      if (truth === null || separation(at, truth) > station.post.mount.beamwidth / 2) continue
      const { contactId } = flight
      const last = this.#lastLook.get(contactId) ?? flight.slot.aosMs
      const seen = Math.min(now - last, LONGEST_LOOK_MS)
      this.#onTargetMs.set(contactId, (this.#onTargetMs.get(contactId) ?? 0) + seen)
    }
    for (const { contactId, slot } of this.conductor.flights)
      if (slot.aosMs <= now && now <= slot.losMs) this.#lastLook.set(contactId, now)
  }
  readonly #lastLook = new Map<string, number>()

  /** Setpoints that leapt although the one before was on the track. */
  #leaps({ station, slot }: Flight): void {
    const { witness, post } = station
    const isOnTrack = (sent: Sent) => {
      const truth = directionOf(slot.sat.satrec, post.site, sent.atMs)
      return truth !== null && separation(sent, truth) < post.mount.beamwidth / 2
    }
    const sent = witness.sent.filter(({ atMs }) => atMs > slot.aosMs && atMs < slot.losMs)
    for (const [i, after] of sent.entries()) {
      const before = sent[i - 1]
      if (before !== undefined && isOnTrack(before)) witness.leap(before, after, slot.aosMs)
    }
  }

  async #result(): Promise<ChaosResult> {
    const { conductor, stations, core } = this
    const rows = new Map((await conductor.rows()).map((row) => [row.id, row]))
    for (const flight of conductor.flights) this.#leaps(flight)
    for (const { dataDir, witness } of stations)
      writeFileSync(
        path.join(dataDir, 'sent.json'),
        witness.sent.map((sent) => JSON.stringify(sent)).join('\n'),
      )
    const passes = conductor.flights.map((flight): Judged => {
      const { contactId, station, slot } = flight
      const row = rows.get(contactId)
      if (row === undefined) throw new Error(`core has forgotten contact ${contactId}`)
      const evidence: Evidence = {
        ...{ name: station.post.name, contactId, aosMs: slot.aosMs, losMs: slot.losMs, row },
        onTargetS: (this.#onTargetMs.get(contactId) ?? 0) / 1000,
        told: conductor.receipts.get(contactId) ?? [],
        deeds: this.#deeds.get(station) ?? [],
      }
      return { ...evidence, verdict: judge(evidence) }
    })
    const sum = (of: (station: Station) => number) => stations.reduce((all, s) => all + of(s), 0)
    return {
      passes,
      violations: stations.flatMap(({ witness }) => witness.violations),
      leaps: stations.flatMap(({ witness }) => witness.violations.filter((v) => v.includes('leapt'))).length,
      lines: sum(({ witness }) => witness.lines),
      torn: sum(({ witness }) => witness.torn),
      coreRestarts: core.restarts,
      agentStarts: sum(({ starts }) => starts),
      releases: conductor.releases,
      deeds: [...this.#deeds.values()].flat(),
    }
  }
}
