/**
 * Keeps the radio on the satellite while a plan has the antenna: mode and split at its beginning, then Doppler on both
 * ways, around whatever the operator does with the dial. It never keys the transmitter.
 * @module
 */
import type { Plan } from '../../shared/messages.js'
import { sampleAt } from '../../shared/mount/track.js'
import { type Clock, MINUTE, SECOND } from '../../shared/time.js'
import type { RigConfig } from '../driver-config.js'
import { DriverError, isFault } from '../drivers/fault.js'
import { type Log, reasonOf } from '../log.js'
import { type Dial, follow, freshDial, type Link, sent, stepOf, toRadio } from './doppler.js'
import type { Rig } from './rigctld.js'

/** Each look at the radio takes the line for some milliseconds; four a second are as many as radios take. */
const TICK_MS = 250
const IDLE_MS = 5 * SECOND
const REPORT_MS = SECOND
const FIRST_PAUSE_MS = SECOND
const MOST_PAUSE_MS = 30 * SECOND
/** So many failures in a row, and the radio is none that works. */
const FAILURES_DOWN = 3

/** What the radio does now. Frequencies are on the air, converters taken into account; null: not tuned, or not readable. */
export interface RigReading {
  readonly wallMs: number
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  readonly mode: string | null
  /** What the operator has added by the dial, as the satellite sees it. */
  readonly dialHz: number
  readonly rprt: number
  readonly contactId: string | null
}

/** What of a plan is about radio. */
export type TunedPlan = Pick<Plan, 'contactId' | 'downlinkHz' | 'uplinkHz' | 't0' | 'dtMs' | 'rangeRate'>

export interface TunerDeps {
  readonly rig: Rig
  readonly config: RigConfig
  /** The plan that has the antenna, from prepass to its end. */
  readonly activePlan: () => TunedPlan | null
  readonly clock: Clock
  readonly log: Log
  readonly onReading: (reading: RigReading) => void
  /** The radio has begun to work, or works no more (G6). */
  readonly onWorking: (isWorking: boolean) => void
}

interface Pass {
  readonly contactId: string
  readonly mode: string | null
  dial: Dial
  /** What was last sent on the uplink of a radio that has both, on its dial. */
  uplinkHz: number | null
}

export class Tuner {
  #pass: Pass | null = null
  #isWorking = false
  #failures = 0
  #rprt = 0
  #radioHz: number | null = null
  #reportedAt = Number.NEGATIVE_INFINITY
  #lastFault = { text: '', at: Number.NEGATIVE_INFINITY }
  #isRunning = false
  #loop: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined

  constructor(private readonly deps: TunerDeps) {}

  /** Does the radio answer? */
  get isWorking(): boolean {
    return this.#isWorking
  }

  start(): void {
    this.#isRunning = true
    this.#loop = this.#run()
  }

  /** Lets the radio be as it is. */
  async stop(): Promise<void> {
    this.#isRunning = false
    this.#wake()
    await this.deps.rig.close()
    await this.#loop
  }

  /** A plan has begun or ended. */
  changed(): void {
    if (this.#failures === 0) this.#wake()
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      const plan = this.deps.activePlan()
      try {
        await this.#look(plan)
        this.#worked()
      } catch (cause) {
        if (this.#isRunning) this.#failed(cause)
      }
      this.#report(plan)
      await this.#sleep(this.#pauseMs(plan))
    }
  }

  #pauseMs(plan: TunedPlan | null): number {
    if (this.#failures > 0)
      return Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(10, this.#failures - 1))
    return plan === null ? IDLE_MS : TICK_MS
  }

  #sleep(ms: number): Promise<void> {
    if (!this.#isRunning) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #look(plan: TunedPlan | null): Promise<void> {
    const { rig } = this.deps
    const link = plan === null ? null : this.#mainLink(plan)
    if (plan === null) this.#pass = null
    else if (this.#pass?.contactId !== plan.contactId) this.#pass = await this.#begin(plan)
    this.#radioHz = await rig.frequency()
    if (plan === null || this.#pass === null) return
    if (link !== null) await this.#tune(plan, this.#pass, link)
    await this.#tuneUplink(plan, this.#pass)
  }

  /** The link on the dial that the operator turns. */
  #mainLink(plan: TunedPlan): Link | null {
    const { use, downlinkLoHz, uplinkLoHz } = this.deps.config
    const direction = use === 'uplink' ? 'uplink' : 'downlink'
    const satelliteHz = direction === 'uplink' ? plan.uplinkHz : plan.downlinkHz
    const loHz = direction === 'uplink' ? uplinkLoHz : downlinkLoHz
    return satelliteHz === undefined ? null : { direction, satelliteHz, loHz }
  }

  #hasBoth(): boolean {
    const { use } = this.deps.config
    return use === 'split' || use === 'satmode'
  }

  async #begin(plan: TunedPlan): Promise<Pass> {
    const { rig, config, log } = this.deps
    const { use, txVfo, downlinkMode, uplinkMode } = config
    const wanted = use === 'uplink' ? uplinkMode : downlinkMode
    if (wanted !== undefined) await rig.setMode(wanted)
    if (this.#hasBoth() && plan.uplinkHz !== undefined) {
      if (use === 'satmode') await this.#satelliteMode()
      await rig.split(txVfo)
      if (uplinkMode !== undefined) await rig.setUplinkMode(uplinkMode)
    }
    const mode = await rig.mode()
    if (wanted !== undefined && mode !== wanted)
      log.warn('the radio did not take the mode', { wanted, mode, contactId: plan.contactId })
    return { contactId: plan.contactId, mode, dial: freshDial, uplinkHz: null }
  }

  async #satelliteMode(): Promise<void> {
    try {
      await this.deps.rig.satelliteMode()
    } catch (cause) {
      if (!isFault(cause, 'not_available', 'not_implemented', 'invalid_parameter')) throw cause
      this.deps.log.warn('this radio has no satellite mode that Hamlib knows; split is used', {
        reason: reasonOf(cause),
      })
    }
  }

  /** Range rate now, and in the middle of the time for which a correction stands. */
  #rates(plan: TunedPlan): { readonly rate: number; readonly rateAhead: number } {
    const now = this.deps.clock.now()
    const t0 = Date.parse(plan.t0)
    const at = (ms: number) => sampleAt(plan.rangeRate, t0, plan.dtMs, ms)
    return { rate: at(now), rateAhead: at(now + TICK_MS / 2) }
  }

  async #tune(plan: TunedPlan, pass: Pass, link: Link): Promise<void> {
    const { rig, config, clock } = this.deps
    const radioHz = this.#radioHz
    if (radioHz === null) return
    const rules = { stepHz: config.stepHz ?? stepOf(pass.mode), followHz: config.followHz }
    const reading = { at: clock.monotonic(), radioHz, ...this.#rates(plan) }
    const { dial, send } = follow(pass.dial, link, reading, rules)
    this.#note(pass, dial)
    if (send === null) return
    await rig.setFrequency(send)
    this.#radioHz = await rig.frequency()
    pass.dial = sent(dial, send, this.#radioHz)
  }

  #note(pass: Pass, dial: Dial): void {
    const { contactId } = pass
    if (dial.isOurs !== pass.dial.isOurs)
      this.deps.log.info(
        dial.isOurs ? 'the dial is back: Doppler goes on' : 'the operator has the radio: Doppler waits',
        { contactId },
      )
    pass.dial = dial
  }

  /** The other way of a radio that has both: nobody turns it, so it is not read. */
  async #tuneUplink(plan: TunedPlan, pass: Pass): Promise<void> {
    const { rig, config } = this.deps
    if (!this.#hasBoth() || plan.uplinkHz === undefined || !pass.dial.isOurs) return
    const link: Link = { direction: 'uplink', satelliteHz: plan.uplinkHz, loHz: config.uplinkLoHz }
    const wanted = toRadio(link, plan.uplinkHz, this.#rates(plan).rateAhead)
    const stepHz = config.stepHz ?? stepOf(config.uplinkMode ?? pass.mode)
    if (pass.uplinkHz !== null && Math.abs(wanted - pass.uplinkHz) < stepHz) return
    await rig.setUplink(wanted)
    pass.uplinkHz = wanted
  }

  #worked(): void {
    this.#rprt = 0
    this.#failures = 0
    this.#setWorking(true)
  }

  /** Says a fault once, and again each minute while it lasts. */
  #failed(cause: unknown): void {
    const { clock, log } = this.deps
    this.#failures += 1
    this.#rprt = cause instanceof DriverError ? cause.rprt : -6
    this.#radioHz = null
    // Whatever the radio stands on when it comes back, nobody has turned it there.
    if (this.#pass !== null) {
      this.#pass.dial = { ...this.#pass.dial, sentHz: null, settledHz: null }
      this.#pass.uplinkHz = null
    }
    if (this.#failures >= FAILURES_DOWN) this.#setWorking(false)
    const text = reasonOf(cause)
    const now = clock.monotonic()
    if (text === this.#lastFault.text && now - this.#lastFault.at < MINUTE) return
    this.#lastFault = { text, at: now }
    log.warn('the radio does not do as it was told', { reason: text, rprt: this.#rprt })
  }

  #setWorking(isWorking: boolean): void {
    if (isWorking === this.#isWorking) return
    this.#isWorking = isWorking
    this.deps.log.info(isWorking ? 'the radio answers' : 'the radio does not answer', {
      model: this.deps.rig.model,
    })
    this.deps.onWorking(isWorking)
  }

  #report(plan: TunedPlan | null): void {
    const { clock, config, onReading } = this.deps
    const now = clock.monotonic()
    if (now - this.#reportedAt < REPORT_MS) return
    this.#reportedAt = now
    const isUplink = config.use === 'uplink'
    const main =
      this.#radioHz === null ? null : this.#radioHz + (isUplink ? config.uplinkLoHz : config.downlinkLoHz)
    const second = this.#pass?.uplinkHz ?? null
    onReading({
      wallMs: clock.now(),
      downlinkHz: isUplink ? null : main,
      uplinkHz: isUplink ? main : second === null ? null : second + config.uplinkLoHz,
      mode: this.#pass?.mode ?? null,
      dialHz: this.#pass?.dial.offsetHz ?? 0,
      rprt: this.#rprt,
      contactId: plan?.contactId ?? null,
    })
  }
}
