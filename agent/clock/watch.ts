/**
 * Watches the clock of this machine: compares it with core's, hears its NTP, notices when somebody sets it, and
 * remembers over restarts of this program what it has learnt (field C12).
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { HealthTelemetry } from '../../shared/messages.js'
import { type Clock, MINUTE, SECOND } from '../../shared/time.js'
import type { JsonAnswer } from '../https.js'
import { type Log, reasonOf } from '../log.js'
import { SealedFile } from '../sealed-file.js'
import { askCore } from './core-time.js'
import { type ClockState, DRIFT, isDoubtful, judge, type Reference, type References } from './judge.js'
import type { Machine } from './machine.js'
import { type NtpReading, UNTOLD_BOUND_MS } from './ntp.js'

export interface ClockWatchDeps {
  readonly dataDir: string
  readonly machine: Machine
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  /** Asks core what time it is. */
  readonly ask: () => Promise<JsonAnswer>
  /** How far the machine's clock is off at most when nobody else vouches for it, ms; null: it says nothing. */
  readonly rtcErrorMs: number | null
  /** Half-power beam width, degrees. */
  readonly beamwidth: () => number
  /** Core was heard: it cannot be later than this, epoch ms. */
  readonly onCore: (latestMs: number) => void
  readonly onChange: () => void
}

const LOOK_EVERY_MS = SECOND
const NTP_EVERY_MS = 2 * MINUTE
/** Core is asked this often, a quarter more or less; sooner while the clock is doubtful or core cannot be reached. */
const CORE_EVERY_MS = 15 * MINUTE
const CORE_AGAIN_MS = MINUTE
/** A new link is no reason to ask again within this. */
const FRESH_MS = 5 * MINUTE
/** NTP slews the monotonic clock along; what moves one and not the other is a step. */
const STEP_MS = 100
/** `/proc/uptime` counts in 10 ms; reading it takes a while. */
const UPTIME_GRAIN_MS = 50
const KEEP_EVERY_MS = 10 * MINUTE

const keptSchema = z.strictObject({
  machineBoot: z.string().nullable(),
  uptimeMs: z.number(),
  core: z.strictObject({ trueMs: z.number(), uncertaintyMs: z.number() }).nullable(),
  ntp: z.strictObject({ trueMs: z.number(), uncertaintyMs: z.number() }).nullable(),
})
type Kept = z.infer<typeof keptSchema>

export class ClockWatch {
  readonly #file: SealedFile<Kept>
  #references: References = { core: null, ntp: null, rtc: null }
  #machineBoot: string | null = null
  #reading: NtpReading | null = null
  /** Monotonic ms of the last reading that was synchronised, and of the last step. */
  #syncedAt = Number.NEGATIVE_INFINITY
  #steppedAt = Number.NEGATIVE_INFINITY
  /** Wall less monotonic, at the last look. */
  #origin: number
  #coreDueAt = 0
  #ntpDueAt = 0
  #keptAt = Number.NEGATIVE_INFINITY
  #floorMs = 0
  #wasDoubtful: boolean | null = null
  #isAsking = false
  #hasAsked = false
  #isReading = false
  #hasRead = false
  #isStopped = false
  #timer: NodeJS.Timeout | undefined
  #kept: Promise<void> = Promise.resolve()

  constructor(private readonly deps: ClockWatchDeps) {
    const { clock } = deps
    this.#file = new SealedFile(join(deps.dataDir, 'clock.json'), keptSchema)
    this.#origin = clock.now() - clock.monotonic()
  }

  /** The clock cannot rightly be before this: what was known before this machine was last switched off. */
  get floorMs(): number {
    return this.#floorMs
  }

  /** What is known of a clock that shows `wallMs` now; of the machine's own unless another is given. */
  state(wallMs = this.deps.clock.now()): ClockState {
    return judge(this.#references, wallMs, this.deps.clock.monotonic())
  }

  /** Everybody was asked, and too little is known, or it is too far off, to follow fast satellites with this beam. */
  get isDoubtful(): boolean {
    return this.#hasRead && this.#hasAsked && isDoubtful(this.state(), this.deps.beamwidth())
  }

  /** For `telemetry/health`. */
  get told(): NonNullable<HealthTelemetry['clock']> {
    const ntp =
      this.#reading === null ? 'unknown' : this.#reading.isSynchronised ? 'synchronised' : 'unsynchronised'
    return { ...whole(this.state()), ntp }
  }

  /** Remembers, and begins to ask. */
  async start(): Promise<void> {
    const { clock, machine, rtcErrorMs } = this.deps
    this.#machineBoot = await machine.bootId()
    await this.#recall()
    if (rtcErrorMs !== null) {
      const rtc = { trueMs: clock.now(), uncertaintyMs: rtcErrorMs, at: clock.monotonic() }
      this.#references = { ...this.#references, rtc }
    }
    this.#coreDueAt = clock.monotonic()
    this.#ntpDueAt = this.#coreDueAt
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS)
    this.look()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#kept
  }

  /** There is a link: core can be asked. */
  linked(): void {
    const { core } = this.#references
    const now = this.deps.clock.monotonic()
    if (core === null || now - core.at > FRESH_MS) this.#coreDueAt = now
    this.look()
  }

  /** One look at the clock. */
  look(): void {
    const { clock, log } = this.deps
    const now = clock.monotonic()
    const origin = clock.now() - now
    const byMs = origin - this.#origin
    this.#origin = origin
    if (Math.abs(byMs) >= STEP_MS) {
      log.warn('somebody has set the clock of this machine', { byMs: Math.round(byMs) })
      this.#steppedAt = now
      this.#coreDueAt = now
      this.#ntpDueAt = now
    }
    if (now >= this.#ntpDueAt) void this.#readNtp()
    if (now >= this.#coreDueAt) void this.#measure()
    if (this.#hasRead && this.#hasAsked) this.#tell()
  }

  #tell(): void {
    const { log, onChange } = this.deps
    const is = this.isDoubtful
    if (is === this.#wasDoubtful) return
    this.#wasDoubtful = is
    const facts = { ...whole(this.state()) }
    if (is) log.warn('the clock of this machine is not good enough for fast satellites', facts)
    else log.info('the clock of this machine is good', facts)
    onChange()
  }

  async #measure(): Promise<void> {
    if (this.#isAsking || this.#isStopped) return
    this.#isAsking = true
    const { clock, ask, random, onCore } = this.deps
    let reference: Reference | null = null
    try {
      reference = await askCore(ask, clock)
    } catch {
      // Whoever cannot be reached is asked again; that the link is away is said elsewhere.
    }
    this.#isAsking = false
    this.#hasAsked = true
    if (this.#isStopped) return
    if (reference !== null) {
      this.#believe(reference)
      onCore(reference.trueMs + (clock.monotonic() - reference.at) + reference.uncertaintyMs)
      this.#keep()
    }
    const pause = reference === null || this.isDoubtful ? CORE_AGAIN_MS : CORE_EVERY_MS
    this.#coreDueAt = clock.monotonic() + pause * (0.75 + random() / 2)
  }

  /** A worse measurement does not take the place of a better one that it agrees with. */
  #believe(core: Reference): void {
    const old = this.#references.core
    if (old !== null) {
      const age = core.at - old.at
      const oldUncertainty = old.uncertaintyMs + age * DRIFT
      const apart = core.trueMs - (old.trueMs + age)
      if (Math.abs(apart) > core.uncertaintyMs + oldUncertainty)
        this.deps.log.warn("core's clock was set", { byMs: Math.round(apart) })
      else if (oldUncertainty < core.uncertaintyMs) return
    }
    this.#references = { ...this.#references, core }
  }

  async #readNtp(): Promise<void> {
    if (this.#isReading || this.#isStopped) return
    this.#isReading = true
    const { clock, machine, log } = this.deps
    try {
      this.#reading = await machine.ntp()
    } catch (cause) {
      this.#reading = null
      log.warn('the state of NTP cannot be read', { reason: reasonOf(cause) })
    }
    this.#isReading = false
    this.#hasRead = true
    if (this.#isStopped) return
    const at = clock.monotonic()
    this.#ntpDueAt = at + NTP_EVERY_MS
    if (this.#reading?.isSynchronised !== true) {
      this.#syncedAt = Number.NEGATIVE_INFINITY
      return
    }
    const uncertaintyMs = this.#reading.boundMs ?? UNTOLD_BOUND_MS
    const ntp = { trueMs: clock.now(), uncertaintyMs, at }
    // Right after a step the programs still say what was so before it: it is vouched for by two readings behind it.
    if (this.#steppedAt < at - NTP_EVERY_MS || this.#syncedAt > this.#steppedAt || this.#agrees(ntp)) {
      this.#references = { ...this.#references, ntp }
      this.#keep()
    }
    this.#syncedAt = at
  }

  /** With what NTP said before, carried on by the monotonic clock; at the first reading there is nothing to disagree with. */
  #agrees(next: Reference): boolean {
    const { ntp } = this.#references
    if (ntp === null) return true
    const apart = Math.abs(next.trueMs - (ntp.trueMs + next.at - ntp.at))
    return apart <= next.uncertaintyMs + ntp.uncertaintyMs + (next.at - ntp.at) * DRIFT
  }

  #keep(): void {
    const { clock, machine, log } = this.deps
    const now = clock.monotonic()
    if (now - this.#keptAt < KEEP_EVERY_MS) return
    this.#keptAt = now
    const { core, ntp } = this.#references
    const aged = (reference: Reference | null) =>
      reference === null
        ? null
        : {
            trueMs: reference.trueMs + now - reference.at,
            uncertaintyMs: reference.uncertaintyMs + (now - reference.at) * DRIFT,
          }
    const kept = {
      machineBoot: this.#machineBoot,
      uptimeMs: machine.uptimeMs(),
      core: aged(core),
      ntp: aged(ntp),
    }
    this.#kept = this.#file
      .write(kept)
      .catch((cause: unknown) =>
        log.warn('cannot write what is known of the clock', { reason: reasonOf(cause) }),
      )
  }

  async #recall(): Promise<void> {
    const { clock, machine, log } = this.deps
    const stored = await this.#file.read()
    if (stored.kind === 'corrupt') log.warn('what was known of the clock is unreadable')
    if (stored.kind !== 'ok') return
    const { machineBoot, uptimeMs, core, ntp } = stored.value
    const ran = machine.uptimeMs() - uptimeMs
    if (machineBoot !== null && machineBoot === this.#machineBoot && ran >= 0) {
      const at = clock.monotonic() - ran
      const again = (kept: Kept['core']): Reference | null =>
        kept === null ? null : { ...kept, uncertaintyMs: kept.uncertaintyMs + UPTIME_GRAIN_MS, at }
      this.#references = { ...this.#references, core: again(core), ntp: again(ntp) }
      return
    }
    // The machine was off in between, nobody knows for how long: time has not gone backwards.
    const least = core ?? ntp
    if (least !== null) this.#floorMs = least.trueMs - least.uncertaintyMs
  }
}

/** As it is told: whole milliseconds, and no less uncertain for that. */
export const whole = ({ source, offsetMs, uncertaintyMs }: ClockState): ClockState => ({
  source,
  offsetMs: offsetMs === null ? null : Math.round(offsetMs),
  uncertaintyMs: uncertaintyMs === null ? null : Math.ceil(uncertaintyMs),
})
