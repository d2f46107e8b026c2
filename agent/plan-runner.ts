/**
 * Runs the stored plans on the station's own clock, with or without a link: waits at the prepass position, follows the
 * track, ends it, and writes down how it went.
 * @module
 */
import { join } from 'node:path'
import type { AzEl } from '../shared/angles.js'
import type { ErrorCode } from '../shared/errors.js'
import type { PlanPhase } from '../shared/messages.js'
import { type Aim, nextSetpoint, setpointOf } from '../shared/mount/setpoint.js'
import { positionAt, type SampledTrack } from '../shared/mount/track.js'
import { type Clock, SECOND } from '../shared/time.js'
import { CLOCK_TOLERANCE_MS } from './admission.js'
import type { Antenna, Reading } from './antenna.js'
import { JsonFile } from './files.js'
import { type Log, reasonOf } from './log.js'
import { emptyRecord, observe, type PassRecord, passRecordSchema, receiptOf } from './pass-record.js'
import { trackOf } from './plan-check.js'
import type { PlanStore, StoredPlan } from './plan-store.js'

export interface PlanRunnerDeps {
  readonly dataDir: string
  readonly store: PlanStore
  readonly antenna: Antenna
  readonly clock: Clock
  readonly log: Log
  readonly isLinked: () => boolean
  /** The latest time that a signed message has proven, epoch ms. */
  readonly provenMs: () => number
  /** Told when the phase of a plan, or the set of plans, has changed. */
  readonly onChange: () => void
}

/** Four looks a second: between two of them the fastest LEO moves a quarter of a degree, keyhole apart. */
const TICK_MS = 250
/** A kill in mid-pass loses no more of the record than this. */
const KEEP_EVERY_MS = 10 * SECOND

interface Active {
  readonly stored: StoredPlan
  readonly track: SampledTrack
  readonly phase: 'prepass' | 'tracking'
  readonly record: PassRecord
  /** Whether the guard has taken the order to go to the prepass position. */
  readonly isSent: boolean
  /** The last setpoint on the track that the guard took. */
  readonly aim: Aim | null
}

const aosOf = ({ plan }: StoredPlan): number => Date.parse(plan.aos)
const losOf = ({ plan }: StoredPlan): number => Date.parse(plan.los)

export class PlanRunner {
  readonly #kept: JsonFile<PassRecord>
  #active: Active | null = null
  #resumable: PassRecord | null = null
  /** Why plans that are due have not begun. */
  readonly #blocked = new Map<string, ErrorCode>()
  #keptAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #unlisten: () => void = () => undefined
  #writes: Promise<unknown> = Promise.resolve()

  constructor(private readonly deps: PlanRunnerDeps) {
    this.#kept = new JsonFile(join(deps.dataDir, 'pass.json'), passRecordSchema)
  }

  /** The contact whose plan has the antenna. */
  get contactId(): string | null {
    return this.#active?.stored.contactId ?? null
  }

  phaseOf(contactId: string): PlanPhase {
    if (this.deps.store.receipt(contactId) !== undefined) return 'done'
    return this.#active?.stored.contactId === contactId ? this.#active.phase : 'stored'
  }

  async start(): Promise<void> {
    const kept = await this.#kept.read()
    if (kept.kind === 'ok') this.#resumable = kept.value
    this.#unlisten = this.deps.antenna.listen({
      onReading: (reading) => this.#observe(reading),
      onClaimLost: (contactId, code) => this.#lost(contactId, code),
    })
    this.tick()
    this.#timer = setInterval(() => this.tick(), TICK_MS)
  }

  /** Leaves a running pass as it is: the next start takes it up. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#unlisten()
    const active = this.#active
    this.#active = null
    if (active !== null) this.#keep(active.record)
    await this.#writes
  }

  /** The set of plans has changed. */
  changed(): void {
    this.tick()
    this.deps.onChange()
  }

  /** One look at the clock. */
  tick(): void {
    const now = this.deps.clock.now()
    this.#settlePast(now)
    this.#refresh()
    this.#begin(now)
    const active = this.#active
    if (active === null) return
    if (now >= losOf(active.stored)) this.#end(active)
    else if (active.phase === 'tracking') return
    // A tick early, so that the first setpoint has left when the satellite rises.
    else if (now + TICK_MS >= aosOf(active.stored)) {
      this.#active = { ...active, phase: 'tracking' }
      this.deps.onChange()
    } else this.#wait(active)
  }

  /** Plans whose pass went by without us: said, not forgotten. */
  #settlePast(now: number): void {
    const { store } = this.deps
    for (const stored of store.all()) {
      const { contactId } = stored
      if (contactId === this.contactId || store.receipt(contactId) !== undefined) continue
      if (losOf(stored) > now) continue
      const code = this.#blocked.get(contactId) ?? null
      this.#settle(stored, { ...this.#recordOf(stored), ...(code === null ? {} : { code }) }, losOf(stored))
    }
  }

  /** A plan that was replaced or withdrawn while it ran. */
  #refresh(): void {
    const active = this.#active
    if (active === null) return
    const stored = this.deps.store.get(active.stored.contactId)
    if (stored === undefined) {
      this.#active = null
      this.deps.antenna.unclaim(active.stored.contactId)
    } else if (stored.hash !== active.stored.hash) {
      const record = { ...active.record, hash: stored.hash }
      this.#active = { ...active, stored, track: trackOf(stored.plan), record }
    }
  }

  #begin(now: number): void {
    const { store, antenna, log } = this.deps
    if (this.#active !== null) return
    const due = store
      .all()
      .find(
        (s) =>
          Date.parse(s.plan.prepassAt) <= now && now < losOf(s) && store.receipt(s.contactId) === undefined,
      )
    if (due === undefined) return
    const { contactId } = due
    const code =
      now < this.deps.provenMs() - CLOCK_TOLERANCE_MS ? 'clock_untrusted' : antenna.claim(contactId)?.code
    if (code !== undefined) {
      if (this.#blocked.get(contactId) !== code) log.error('a plan cannot begin', { contactId, code })
      this.#blocked.set(contactId, code)
      return
    }
    this.#blocked.delete(contactId)
    const phase = now + TICK_MS >= aosOf(due) ? 'tracking' : 'prepass'
    log.info('a plan begins', { contactId, phase, satellite: due.plan.satelliteName })
    const record = this.#recordOf(due)
    this.#active = { stored: due, track: trackOf(due.plan), phase, record, isSent: false, aim: null }
    this.deps.onChange()
  }

  #recordOf(stored: StoredPlan): PassRecord {
    const kept = this.#resumable
    return kept?.contactId === stored.contactId && kept.hash === stored.hash
      ? kept
      : emptyRecord(stored.contactId, stored.hash)
  }

  #wait(active: Active): void {
    const { plan, contactId } = active.stored
    if (active.isSent) return
    const goal = { az: plan.prepassAz, el: plan.prepassEl }
    const refusal = this.deps.antenna.order({ id: contactId, source: 'prepass', goal, lifetimeMs: null })
    this.#took(active, refusal?.code ?? null, goal, { isSent: true })
  }

  /**
   * One setpoint, right after a reading and never before one: the guard judges the way from a fresh position, and
   * controllers that work out their motion when they are asked (Hamlib's dummy) are asked before they are sent on.
   */
  #follow(active: Active, now: number): void {
    const { antenna } = this.deps
    // Led by half a period and the driver's latency: the setpoint is right in the middle of its own time.
    const leadMs = TICK_MS / 2 + antenna.latencyMs
    const aim = nextSetpoint(antenna.mount, active.track, now, leadMs, active.aim)
    if (aim === null) return
    const id = active.stored.contactId
    const goal = setpointOf(aim)
    const refusal = antenna.order({ id, source: 'plan', goal, lifetimeMs: null })
    this.#took(active, refusal?.code ?? null, goal, { aim })
  }

  #took(
    active: Active,
    code: ErrorCode | null,
    goal: AzEl,
    done: Partial<Pick<Active, 'isSent' | 'aim'>>,
  ): void {
    // A claim that was lost during the order has ended this plan already.
    if (this.#active === null) return
    if (code === null) {
      this.#active = { ...active, ...done }
      return
    }
    if (active.record.code !== code)
      this.deps.log.warn('the guard refused a setpoint', { contactId: active.stored.contactId, code, goal })
    this.#active = { ...active, record: { ...active.record, code } }
  }

  /** Each reading is counted, and answered with a setpoint. */
  #observe(reading: Reading): void {
    const active = this.#active
    if (active === null || active.phase !== 'tracking') return
    const { antenna, isLinked } = this.deps
    const { wallMs, measured } = reading
    const wanted = positionAt(active.track, wallMs)
    const seen = { wallMs, wanted, measured, isLinked: isLinked() }
    const record = observe(active.record, active.stored.plan, antenna.mount.beamwidth, seen)
    if (reading.at - this.#keptAt >= KEEP_EVERY_MS) {
      this.#keptAt = reading.at
      this.#keep(record)
    }
    this.#active = { ...active, record }
    this.#follow(this.#active, this.deps.clock.now())
  }

  #lost(contactId: string, code: ErrorCode): void {
    const active = this.#active
    if (active?.stored.contactId !== contactId) return
    this.#active = null
    this.#settle(active.stored, { ...active.record, code }, this.deps.clock.now())
  }

  #end(active: Active): void {
    const { antenna } = this.deps
    const { contactId, plan } = active.stored
    this.#active = null
    antenna.unclaim(contactId)
    this.#settle(active.stored, active.record, losOf(active.stored))
    if (plan.onEnd !== 'park') return
    const { parkAz: az, parkEl: el } = antenna.mount
    antenna.order({ id: contactId, source: 'park', goal: { az, el }, lifetimeMs: null })
  }

  #settle(stored: StoredPlan, record: PassRecord, endedMs: number): void {
    const receipt = receiptOf(record, stored.plan, stored.seq, endedMs)
    const { contactId, outcome, code, onTargetS } = receipt
    this.#blocked.delete(contactId)
    this.deps.log.info('a pass is over', { contactId, outcome, code, onTargetS })
    this.#write(this.deps.store.putReceipt(receipt), 'a receipt')
    this.deps.onChange()
  }

  #keep(record: PassRecord): void {
    this.#write(this.#kept.write(record), 'the record of the pass')
  }

  #write(written: Promise<void>, what: string): void {
    const said = written.catch((cause: unknown) =>
      this.deps.log.error(`cannot write ${what}`, { reason: reasonOf(cause) }),
    )
    this.#writes = Promise.all([this.#writes, said])
  }
}
