/**
 * The antenna: one loop that owns the driver and asks the guard before each word to it. One request is in flight at a
 * time; a stop goes before everything else; the position is read without pause.
 * @module
 */
import { type ErrorCode, TalosError } from '../shared/errors.js'
import type { Mount } from '../shared/messages.js'
import type { Limits } from '../shared/mount/limits.js'
import { type Clock, SECOND } from '../shared/time.js'
import type { Rotator } from './drivers/rotator.js'
import { FaultLog } from './fault-log.js'
import { Going } from './going.js'
import { GuardKeeper, type GuardListener } from './guard/keeper.js'
import type { Live } from './guard/live.js'
import type { GuardMemory } from './guard/memory.js'
import { effectiveMount } from './guard/rules.js'
import type { GuardState, Order, Refusal, ReleaseBy, StopBy } from './guard/state.js'
import { Winding } from './guard/winding.js'
import { type Log, reasonOf } from './log.js'
import { type ParkBy, Setpoints } from './setpoints.js'
import { type Reading, Sight } from './sight.js'
import { Stopping } from './stopping.js'
import { withinDriver } from './within-driver.js'

/** Design section 4: telemetry at 1 to 4 Hz; faster while something moves. */
const PACE_MOVING_MS = 250
const PACE_RESTING_MS = 500
/** At shutdown the driver gets this long to take the last stop: the request in flight may take its second, and the stop its own. */
const LAST_STOP_MS = 2000
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
  readonly #winding: Winding
  readonly #sight: Sight
  readonly #going: Going

  #isRunning = false
  /** From now on nothing is said but stop. */
  #isEnding = false
  #loop: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined
  #nextPoll = 0

  constructor(private readonly deps: AntennaDeps) {
    const { mount, driver, memory, clock, log } = deps
    this.#setpoints = new Setpoints(driver, deps.parkBy, clock, log)
    this.#faults = new FaultLog(clock, log)
    this.#stopping = new Stopping(driver, clock, (cause) => this.#stopTried(cause))
    const winding = new Winding({ memory, isCounted: deps.azimuthReport === 'modulo', travel: mount })
    this.#winding = winding
    this.#guard = new GuardKeeper(mount, winding, clock, log, (act) => this.#heed(act))
    const parts = { guard: this.#guard, winding, faults: this.#faults, clock }
    const onFault = () => this.#setpoints.forget()
    this.#sight = new Sight({ ...parts, driver, mount, log, onFault })
    this.#going = new Going({
      ...parts,
      setpoints: this.#setpoints,
      isBarred: () => this.#isEnding || this.#stopping.isPending,
      onDue: () => this.#wake(),
    })
  }

  /** The mount as it may be used now: local, within the driver's and the server's limits. */
  get mount(): Mount {
    return effectiveMount(this.#guard.state)
  }
  get guard(): GuardState {
    return this.#guard.state
  }
  get live(): Live {
    return this.#sight.live
  }
  /** How long the driver takes to take a target, ms. */
  get latencyMs(): number {
    return this.#going.latencyMs
  }
  get model(): string {
    return this.#sight.model
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
      this.#sight.noteDriver()
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
      log.error('the rotator did not take the last stop', { rprt: this.#faults.rprt })
    clearTimeout(timer)
    this.#guard.stop()
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

  /** How the cable is wound, where the controller does not tell; null where it does. */
  get turn(): { readonly shown: number; readonly could: readonly number[] } | null {
    return this.#winding.choices
  }

  /** A person has looked at the cable: the mount is there, unwrapped. Null when that is believed and on the disk. */
  async stateTurn(az: number): Promise<Refusal | null> {
    const { claim, motion } = this.guard
    if (claim !== null || motion?.hasArrived === false)
      return { code: 'busy', detail: 'The antenna moves. Stop it first, and look at the cable again.' }
    const refusal = this.#winding.state(az)
    if (refusal !== null) return refusal
    this.#guard.apply({ kind: 'turn_stated' })
    if (await this.#guard.save()) return null
    return {
      code: 'internal',
      detail: 'Believed, but guard.json cannot be written: the next start asks again.',
    }
  }

  #heed(act: 'go' | 'stop'): void {
    this.#going.heed(act === 'go')
    if (act === 'stop') {
      this.#setpoints.forget()
      this.#stopping.want()
    }
    this.#wake()
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      const now = this.deps.clock.monotonic()
      this.#stopping.begin()
      if (this.#going.isDue(now)) await this.#going.send()
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

  #stopTried(cause: unknown): void {
    if (cause === null) {
      this.#faults.rprt = 0
      this.#winding.taken(null)
    } else {
      this.#setpoints.forget()
      this.#faults.say('the rotator did not take the stop', cause)
    }
    this.#wake()
  }

  async #poll(): Promise<void> {
    const { claim, motion } = this.guard
    const isMoving = claim !== null || motion?.hasArrived === false
    this.#nextPoll = this.deps.clock.monotonic() + (isMoving ? PACE_MOVING_MS : PACE_RESTING_MS)
    const reading = await this.#sight.look()
    this.#guard.tell((l) => l.onReading?.(reading))
    if (reading.measured !== null) this.#going.offerAgain()
  }
}
