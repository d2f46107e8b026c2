/**
 * The antenna: one loop that owns the driver and asks the guard before each word to it. One request is in flight at a
 * time; a stop goes before everything else; the position is read without pause.
 * @module
 */
import { type AzEl, separation } from '../shared/angles.js'
import { type ErrorCode, TalosError } from '../shared/errors.js'
import type { Mount } from '../shared/messages.js'
import type { Limits } from '../shared/mount/limits.js'
import { type Clock, MINUTE, SECOND } from '../shared/time.js'
import type { Rotator, RotatorCapabilities } from './drivers/rotator.js'
import { FaultLog } from './fault-log.js'
import { turnsOf, unwound } from './guard/azimuth.js'
import { GuardKeeper, type GuardListener } from './guard/keeper.js'
import { type Live, liveState } from './guard/live.js'
import type { GuardMemory } from './guard/memory.js'
import { clearance, effectiveMount } from './guard/rules.js'
import type { GuardState, Order, Refusal, ReleaseBy, StopBy } from './guard/state.js'
import { type Log, reasonOf } from './log.js'
import { type ParkBy, Setpoints } from './setpoints.js'
import { Stopping } from './stopping.js'
import { sayNarrowed, withinDriver } from './within-driver.js'

/** Design section 4: telemetry at 1 to 4 Hz; faster while something moves. */
const PACE_MOVING_MS = 250
const PACE_RESTING_MS = 500
/** At shutdown the driver gets this long to take the last stop: the request in flight may take its second, and the stop its own. */
const LAST_STOP_MS = 2000
/** A target that the driver did not take is offered again this soon. */
const GO_RETRY_MS = SECOND
/** How much a new round trip counts in the estimate of the latency. */
const LATENCY_GAIN = 0.2

/** Commanded and measured at one moment; null is «none» or «not readable», never a number made up. */
export interface Reading {
  /** Epoch ms, and monotonic ms. */
  readonly wallMs: number
  readonly at: number
  readonly commanded: AzEl | null
  readonly measured: AzEl | null
  readonly errDeg: number | null
  readonly turns: number
  readonly live: Live
  readonly rprt: number
}

export interface AntennaListener extends GuardListener {
  onReading?(reading: Reading): void
}

export interface AntennaDeps {
  readonly mount: Mount
  readonly driver: Rotator
  readonly azimuthReport: 'absolute' | 'modulo'
  readonly parkBy: ParkBy
  readonly memory: GuardMemory
  readonly clock: Clock
  readonly log: Log
}

export class Antenna {
  readonly #guard: GuardKeeper<AntennaListener>
  readonly #setpoints: Setpoints
  readonly #stopping: Stopping
  readonly #faults: FaultLog
  #rprt = 0
  #latencyMs = 0
  #known: RotatorCapabilities | null = null
  /** The driver accepts less than the configured mount. */
  #isNarrowed = false

  #isRunning = false
  /** From now on nothing is said but stop. */
  #isEnding = false
  #loop: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined
  #mustGo = false
  #nextPoll = 0
  #nextGo = 0
  #deadMan: NodeJS.Timeout | undefined

  constructor(private readonly deps: AntennaDeps) {
    const { mount, memory, clock, log } = deps
    this.#setpoints = new Setpoints(deps.driver, deps.parkBy, clock, log)
    this.#faults = new FaultLog(clock, log)
    this.#stopping = new Stopping(deps.driver, clock, (cause) => {
      if (cause === null) this.#rprt = 0
      else this.#failed('the rotator did not take the stop', cause)
      this.#wake()
    })
    this.#guard = new GuardKeeper(mount, memory, clock, log, (act) => this.#heed(act))
  }

  /** The mount as it may be used now: local, within the driver's and the server's limits. */
  get mount(): Mount {
    return effectiveMount(this.#guard.state)
  }
  get guard(): GuardState {
    return this.#guard.state
  }
  get live(): Live {
    const live = liveState(this.#guard.state)
    // The narrower limits hold, so that it may work; at rest it says what somebody has to mend.
    const isAtRest = live.state === 'idle' || live.state === 'parked'
    return isAtRest && this.#isNarrowed ? { state: 'degraded', code: 'limits_mismatch' } : live
  }
  /** How long the driver takes to take a target, ms. */
  get latencyMs(): number {
    return this.#latencyMs
  }
  get model(): string {
    return this.#known?.model ?? 'not connected'
  }

  listen(listener: AntennaListener): () => void {
    return this.#guard.listen(listener)
  }

  /**
   * Begins to watch. A driver that does not answer yet is no reason not to start: it may come.
   * @throws TalosError `config_invalid` when the driver's limits leave no mount
   */
  async start(): Promise<void> {
    const { driver, mount, log, clock } = this.deps
    await this.#guard.load()
    try {
      const { limits } = await driver.start()
      if (withinDriver(mount, limits) === null)
        throw new TalosError(
          'config_invalid',
          `The driver accepts ${JSON.stringify(limits)}: the travel of "mount" or its park position lies outside. Correct agent.json, or the limits of rotctld.`,
        )
      this.#noteDriver()
    } catch (cause) {
      if (cause instanceof TalosError && cause.code === 'config_invalid') throw cause
      log.warn('the rotator does not answer yet', { reason: reasonOf(cause) })
    }
    this.#isRunning = true
    this.#nextPoll = clock.monotonic()
    this.#loop = this.#run()
  }

  /** Stops the rotator, tells the driver goodbye. Takes under 3 s also when nobody answers. */
  async stop(): Promise<void> {
    const { driver, log } = this.deps
    if (!this.#isRunning || this.#isEnding) return
    this.#isEnding = true
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), LAST_STOP_MS)
    })
    if ((await Promise.race([this.halt(), patience])) === 'late')
      log.error('the rotator did not take the last stop', { rprt: this.#rprt })
    clearTimeout(timer)
    clearTimeout(this.#deadMan)
    this.#isRunning = false
    this.#wake()
    await driver.close()
    await this.#loop
    await this.#guard.save()
  }

  /** Asks for a motion. Null when it has begun, else why not. */
  order(order: Order): Refusal | null {
    return this.#guard.apply({ kind: 'order', order })
  }

  /** Stops all motion at once. Resolves when the driver has taken it. */
  halt(by: StopBy = 'person'): Promise<void> {
    const taken = this.#stopping.taken()
    this.#guard.apply({ kind: 'stop', by })
    return taken
  }

  claim(contactId: string): Refusal | null {
    return this.#guard.apply({ kind: 'claim', id: contactId })
  }

  unclaim(contactId: string): void {
    this.#guard.apply({ kind: 'unclaim', id: contactId })
  }

  /** Stops all motion and latches, for somebody beside the antenna. */
  hold(): void {
    this.#guard.apply({ kind: 'hold' })
  }

  /** Ends a safe hold: by a person, here or, unless it was made here, with the right to configure hardware. */
  release(by: ReleaseBy): Refusal | null {
    return this.#guard.apply({ kind: 'release', by })
  }

  /** Lets programs at the door move the mount until then (monotonic ms), unless somebody ends it; null ends it. */
  lease(until: number | null): Refusal | null {
    return this.#guard.apply({ kind: 'lease', until })
  }

  /** Stops all motion and begins none, for as long as core does not let the station in; null: it does again. */
  bar(code: ErrorCode | null): void {
    this.#guard.apply({ kind: 'bar', code })
  }

  /** G2: narrower limits, until a restart. */
  tighten(limits: Limits): Refusal | null {
    return this.#guard.apply({ kind: 'tighten', limits })
  }

  #heed(act: 'go' | 'stop'): void {
    this.#mustGo = act === 'go'
    this.#nextGo = 0
    if (act === 'stop') {
      this.#setpoints.forget()
      this.#stopping.want()
    }
    this.#watchAuthority()
    this.#wake()
  }

  /** G8: the dead-man does not wait for a driver that is slow to answer. */
  #watchAuthority(): void {
    clearTimeout(this.#deadMan)
    const until = this.guard.motion?.until ?? null
    if (until === null) return
    const inMs = Math.min(MINUTE, Math.max(1, until - this.deps.clock.monotonic()))
    this.#deadMan = setTimeout(() => {
      this.#guard.apply({ kind: 'tick' })
      this.#watchAuthority()
    }, inMs)
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      this.#guard.apply({ kind: 'tick' })
      const now = this.deps.clock.monotonic()
      this.#stopping.begin()
      const mayGo = this.#mustGo && now >= this.#nextGo && !this.#stopping.isPending
      if (mayGo && !this.#isEnding) await this.#sendSetpoint()
      else if (now >= this.#nextPoll && !this.#isEnding) await this.#poll()
      else await this.#sleep(now)
    }
  }

  /** Until the next thing is due, or something is asked for. */
  #sleep(now: number): Promise<void> {
    const due = [this.#stopping.dueAt, this.#isEnding ? Number.POSITIVE_INFINITY : this.#nextPoll]
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, Math.min(SECOND, Math.min(...due) - now)))
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #sendSetpoint(): Promise<void> {
    const { clock } = this.deps
    this.#mustGo = false
    const begin = clock.monotonic()
    const setpoint = clearance(this.guard, begin)
    if (setpoint === null) {
      this.#guard.apply({ kind: 'blocked' })
      return
    }
    if (this.#setpoints.has(this.guard, setpoint)) {
      this.#guard.apply({ kind: 'sent', target: setpoint })
      return
    }
    try {
      if (await this.#setpoints.send(this.guard, setpoint, () => this.#mayLeave(setpoint))) {
        this.#rprt = 0
        const tookMs = clock.monotonic() - begin
        this.#latencyMs += LATENCY_GAIN * (Math.min(tookMs, SECOND) - this.#latencyMs)
        this.#guard.apply({ kind: 'sent', target: setpoint })
      } else if (!this.#stopping.isPending) this.#mustGo = true
    } catch (cause) {
      this.#nextGo = clock.monotonic() + GO_RETRY_MS
      this.#failed('the rotator did not take the target', cause)
      this.#guard.apply({ kind: 'send_failed' })
    }
  }

  /** Asked by the driver in the same breath in which it writes. */
  #mayLeave(setpoint: AzEl): boolean {
    if (this.#stopping.isPending || this.#isEnding) return false
    const now = clearance(this.guard, this.deps.clock.monotonic())
    return now?.az === setpoint.az && now.el === setpoint.el
  }

  async #poll(): Promise<void> {
    const { clock, driver, azimuthReport, mount } = this.deps
    const begin = clock.monotonic()
    const { claim, motion } = this.guard
    const isMoving = claim !== null || motion?.hasArrived === false
    this.#nextPoll = begin + (isMoving ? PACE_MOVING_MS : PACE_RESTING_MS)
    try {
      const shown = await driver.position()
      this.#rprt = 0
      this.#noteDriver()
      const az = azimuthReport === 'modulo' ? unwound(shown.az, this.#guard.az, mount) : shown.az
      // The reading was true somewhere between asking and hearing.
      const at = (begin + clock.monotonic()) / 2
      this.#guard.apply({ kind: 'measured', position: { az, el: shown.el } }, at)
    } catch (cause) {
      this.#failed('the position cannot be read', cause)
      this.#guard.apply({ kind: 'missed' })
    }
    const reading = this.#reading()
    this.#guard.tell((l) => l.onReading?.(reading))
    // A target that the driver did not take, or that may have got lost, is offered again, with the mount in sight.
    const unmet = this.guard.motion
    const isOpen = unmet?.hasArrived === false && !this.#setpoints.has(this.guard, unmet.setpoint)
    if (isOpen && reading.measured !== null) this.#mustGo = true
  }

  #reading(): Reading {
    const { clock } = this.deps
    const { position, motion, misses } = this.guard
    const measured = position === null || misses > 0 ? null : { az: position.az, el: position.el }
    const commanded = motion?.setpoint ?? null
    return {
      wallMs: clock.now(),
      at: clock.monotonic(),
      commanded,
      measured,
      errDeg: commanded === null || measured === null ? null : separation(commanded, measured),
      turns: turnsOf(this.#guard.az ?? 0),
      live: this.live,
      rprt: this.#rprt,
    }
  }

  #failed(what: string, cause: unknown): void {
    this.#setpoints.forget()
    this.#rprt = this.#faults.say(what, cause)
  }

  /** The driver's limits may change with each connection: a restarted rotctld may be another model. */
  #noteDriver(): void {
    const { driver, mount, log } = this.deps
    const now = driver.capabilities
    if (now === null || now === this.#known) return
    this.#known = now
    this.#setpoints.forget()
    const narrowed = withinDriver(mount, now.limits)
    this.#isNarrowed = sayNarrowed(mount, narrowed, now.limits, log)
    this.#guard.apply({ kind: 'driver', mount: narrowed, steps: now.steps })
  }
}
