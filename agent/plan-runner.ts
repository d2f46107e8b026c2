/**
 * Runs the stored plans on the station's own clock, with or without a link: waits at the prepass position, follows the
 * track, ends it, and writes down how it went.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import type { ErrorCode } from '../shared/errors.js'
import type { PlanPhase } from '../shared/messages.js'
import { nextSetpoint, setpointOf } from '../shared/mount/setpoint.js'
import { positionAt } from '../shared/mount/track.js'
import { type ActivePlan, activePlan, type Blocked } from './active-plan.js'
import type { Antenna } from './antenna.js'
import type { FlightClock } from './clock/flight-clock.js'
import { peakRate } from './clock/judge.js'
import { type ClockTrust, issuedMs } from './clock/trust.js'
import type { Log } from './log.js'
import { PassKeeper } from './pass-keeper.js'
import { observe, type PassRecord, receiptOf } from './pass-record.js'
import { trackOf } from './plan-check.js'
import type { PlanStore, StoredPlan } from './plan-store.js'
import { dueAt, losOf, phaseAt, prepassOf } from './plan-times.js'
import type { Reading } from './sight.js'

export interface PlanRunnerDeps {
  readonly dataDir: string
  readonly store: PlanStore
  readonly antenna: Antenna
  readonly flight: FlightClock
  readonly trust: ClockTrust
  readonly log: Log
  readonly isLinked: () => boolean
  /** Told when the phase of a plan, or the set of plans, has changed. */
  readonly onChange: () => void
}

/** Four looks a second: between two of them the fastest LEO moves a quarter of a degree, keyhole apart. */
const TICK_MS = 250

export class PlanRunner {
  readonly #keeper: PassKeeper
  #active: ActivePlan | null = null
  /** Why plans that are due have not begun. */
  readonly #blocked = new Map<string, Blocked>()
  #timer: NodeJS.Timeout | undefined
  #unlisten: () => void = () => undefined

  constructor(private readonly deps: PlanRunnerDeps) {
    this.#keeper = new PassKeeper(deps.dataDir, deps.store, deps.log)
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
    await this.#keeper.load()
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
    this.#letGo()
    if (active !== null) this.#keeper.keep(active.record)
    await this.#keeper.written()
  }

  /** The set of plans has changed. */
  changed(): void {
    this.tick()
    this.deps.onChange()
  }

  /** One look at the clock. */
  tick(): void {
    this.#settlePast()
    this.#refresh()
    this.#giveWay()
    this.#begin()
    const active = this.#active
    if (active === null) return
    const now = this.deps.flight.now()
    // Field C12: also while it is followed; what core says of the time may come late.
    const { isFine, told } = this.deps.trust.judge(active.rate, issuedMs(active.stored))
    // A clock that was set while it waits does not end a pass that has not begun.
    if (now >= losOf(active.stored) && (isFine || active.phase === 'tracking')) this.#end(active)
    else if (!isFine)
      this.#suspend(active, { code: 'clock_untrusted', clock: told }, 'the clock cannot be trusted')
    else if (active.phase === 'prepass') this.#wait(active, now)
  }

  /** Plans whose pass went by without us: said, not forgotten. */
  #settlePast(): void {
    const { store, trust } = this.deps
    const { earliest } = trust
    for (const stored of store.all()) {
      const { contactId } = stored
      if (contactId === this.contactId || store.receipt(contactId) !== undefined) continue
      if (losOf(stored) > earliest) continue
      const blocked = this.#blocked.get(contactId) ?? this.#ignorance(stored)
      this.#settle(stored, { ...this.#keeper.recordOf(stored), ...blocked }, losOf(stored))
    }
  }

  /** Why nobody can tell how it went: the receipt is lost, or nobody knows what time it is. */
  #ignorance(stored: StoredPlan): Blocked | null {
    const { told } = this.deps.trust.judge(peakRate(trackOf(stored.plan)), issuedMs(stored))
    if (this.deps.store.hasLostReceipt(stored.contactId)) return { code: 'receipt_damaged', clock: told }
    return told.source === 'none' ? { code: 'clock_untrusted', clock: told } : null
  }

  /** A plan that was replaced or withdrawn while it ran. */
  #refresh(): void {
    const { store, flight } = this.deps
    const active = this.#active
    if (active === null) return
    const { contactId } = active.stored
    const stored = store.get(contactId)
    if (stored?.hash === active.stored.hash) return
    const now = flight.now()
    if (stored === undefined || now < prepassOf(stored)) {
      this.#release(contactId)
      return
    }
    this.#active = activePlan(stored, { ...active.record, hash: stored.hash })
    this.#enter(phaseAt(stored, now, TICK_MS))
  }

  /** A prepass is over when the plan of an earlier pass comes. */
  #giveWay(): void {
    const { store, trust } = this.deps
    const active = this.#active
    if (active?.phase !== 'prepass') return
    const { contactId } = active.stored
    const due = dueAt(store, trust.now)
    if (due === undefined || due.contactId === contactId || losOf(due) > losOf(active.stored)) return
    this.#release(contactId)
  }

  #begin(): void {
    const { store, antenna, log, trust, flight } = this.deps
    if (this.#active !== null) return
    const due = dueAt(store, trust.now)
    if (due === undefined) return
    const { contactId } = due
    const active = activePlan(due, this.#keeper.recordOf(due))
    const { isFine, told } = trust.judge(active.rate, issuedMs(due))
    const code = isFine ? antenna.claim(contactId)?.code : 'clock_untrusted'
    if (code !== undefined) {
      if (this.#blocked.get(contactId)?.code !== code)
        log.error('a plan cannot begin', { contactId, code, ...(isFine ? {} : told) })
      this.#blocked.set(contactId, { code, clock: told })
      return
    }
    const phase = phaseAt(due, flight.now(), TICK_MS)
    // What made it late is what its receipt tells.
    const late = phase === 'tracking' ? (this.#blocked.get(contactId)?.code ?? null) : null
    this.#blocked.delete(contactId)
    this.#active = { ...active, record: { ...active.record, code: active.record.code ?? late } }
    log.info('a plan begins', { contactId, satellite: due.plan.satelliteName })
    this.#enter(phase)
  }

  #enter(phase: ActivePlan['phase']): void {
    const { flight, onChange, trust } = this.deps
    const active = this.#active
    if (active === null) return
    // What has kept it back before is what the receipt tells; else how right the clock is by which it is flown.
    const { told } = trust.judge(active.rate, issuedMs(active.stored))
    const clock = active.record.code === 'clock_untrusted' ? active.record.clock : told
    this.#active = { ...active, phase, record: { ...active.record, clock } }
    if (phase === 'tracking') flight.hold()
    else flight.release()
    onChange()
  }

  #letGo(): void {
    this.#active = null
    this.deps.flight.release()
  }

  #release(contactId: string): void {
    this.#letGo()
    this.deps.antenna.unclaim(contactId)
  }

  /** Nothing is followed meanwhile. Should what is wrong be mended before LOS, the pass goes on. */
  #suspend(active: ActivePlan, blocked: Blocked, why: string): void {
    const { log, onChange } = this.deps
    const { contactId } = active.stored
    log.error(`a pass is broken off: ${why}`, { contactId, code: blocked.code, ...blocked.clock })
    this.#blocked.set(contactId, blocked)
    this.#keeper.suspend({ ...active.record, ...blocked })
    this.#release(contactId)
    onChange()
  }

  #wait(active: ActivePlan, now: number): void {
    const { plan, contactId } = active.stored
    if (phaseAt(active.stored, now, TICK_MS) === 'tracking') {
      this.#enter('tracking')
      return
    }
    if (active.isSent) return
    const goal = { az: plan.prepassAz, el: plan.prepassEl }
    const refusal = this.deps.antenna.order({ id: contactId, source: 'prepass', goal, lifetimeMs: null })
    this.#took(active, refusal?.code ?? null, goal, { isSent: true })
  }

  /**
   * One setpoint, right after a reading and never before one: the guard judges the way from a fresh position, and
   * controllers that work out their motion when they are asked (Hamlib's dummy) are asked before they are sent on.
   */
  #follow(active: ActivePlan, now: number): void {
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
    active: ActivePlan,
    code: ErrorCode | null,
    goal: AzEl,
    done: Partial<Pick<ActivePlan, 'isSent' | 'aim'>>,
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
    const { antenna, flight, isLinked } = this.deps
    const { measured } = reading
    const wallMs = flight.at(reading.at)
    const wanted = positionAt(active.track, wallMs)
    const seen = { wallMs, wanted, measured, isLinked: isLinked() }
    const record = observe(active.record, active.stored.plan, antenna.mount.beamwidth, seen)
    this.#keeper.keepNowAndThen(record, reading.at)
    this.#active = { ...active, record }
    this.#follow(this.#active, flight.now())
  }

  #lost(contactId: string, code: ErrorCode): void {
    const { antenna, flight, trust } = this.deps
    const active = this.#active
    if (active?.stored.contactId !== contactId) return
    // A hold can be released, and a rotator answer again, before the satellite rises. What a person has stopped is over.
    const isHeld = antenna.guard.hold !== null
    if (active.phase === 'prepass' && (isHeld || code === 'driver_failed')) {
      const { told } = trust.judge(active.rate, issuedMs(active.stored))
      const why = isHeld ? 'the antenna holds still' : 'the rotator does not answer'
      this.#suspend(active, { code, clock: told }, why)
      return
    }
    const now = flight.now()
    this.#letGo()
    this.#settle(active.stored, { ...active.record, code }, now)
  }

  #end(active: ActivePlan): void {
    const { contactId, plan } = active.stored
    this.#release(contactId)
    this.#settle(active.stored, active.record, losOf(active.stored))
    this.#begin()
    // The next pass has the antenna, if one follows at once.
    if (plan.onEnd !== 'park' || this.#active !== null) return
    const { antenna } = this.deps
    const { parkAz: az, parkEl: el } = antenna.mount
    antenna.order({ id: contactId, source: 'park', goal: { az, el }, lifetimeMs: null })
  }

  #settle(stored: StoredPlan, record: PassRecord, endedMs: number): void {
    const receipt = receiptOf(record, stored.plan, stored.seq, endedMs)
    const { contactId, outcome, code, onTargetS } = receipt
    const { log, onChange } = this.deps
    this.#blocked.delete(contactId)
    log.info('a pass is over', { contactId, outcome, code, onTargetS })
    this.#keeper.settle(receipt, onChange)
    onChange()
  }
}
