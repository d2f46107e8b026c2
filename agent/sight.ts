/**
 * Looks where the mount is, and tells the guard: what the controller shows, or that it shows nothing, and what the
 * driver at the other end says of itself.
 * @module
 */
import { type AzEl, separation } from '../shared/angles.js'
import type { Mount } from '../shared/messages.js'
import type { Clock } from '../shared/time.js'
import type { Rotator, RotatorCapabilities } from './drivers/rotator.js'
import type { FaultLog } from './fault-log.js'
import { padded, turnsOf } from './guard/azimuth.js'
import type { GuardKeeper, GuardListener } from './guard/keeper.js'
import { type Live, liveState } from './guard/live.js'
import type { Winding } from './guard/winding.js'
import type { Log } from './log.js'
import { sayNarrowed, withinDriver } from './within-driver.js'

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

export interface SightDeps {
  readonly driver: Rotator
  readonly mount: Mount
  readonly guard: GuardKeeper<GuardListener>
  readonly winding: Winding
  readonly faults: FaultLog
  /** What the controller took counts no more. */
  readonly onFault: () => void
  readonly clock: Clock
  readonly log: Log
}

/** A mount that was left at rest and is found farther away than this was turned by something else. */
const LEFT_DEG = 5

export class Sight {
  #known: RotatorCapabilities | null = null
  /** The driver accepts less than the configured mount. */
  #isNarrowed = false

  constructor(private readonly deps: SightDeps) {}

  get model(): string {
    return this.#known?.model ?? 'not connected'
  }
  get live(): Live {
    const live = liveState(this.deps.guard.state)
    // The narrower limits hold, so that it may work; at rest it says what somebody has to mend.
    const isAtRest = live.state === 'idle' || live.state === 'parked'
    return isAtRest && this.#isNarrowed ? { state: 'degraded', code: 'limits_mismatch' } : live
  }

  /** One look; what came of it. */
  async look(): Promise<Reading> {
    const { clock, driver, guard, faults, onFault } = this.deps
    const begin = clock.monotonic()
    try {
      const shown = await driver.position()
      faults.rprt = 0
      this.noteDriver()
      // The reading was true somewhere between asking and hearing.
      this.#tell(shown, (begin + clock.monotonic()) / 2)
    } catch (cause) {
      onFault()
      faults.say('the position cannot be read', cause)
      guard.apply({ kind: 'missed' })
    }
    return this.#reading()
  }

  /** The driver's limits may change with each connection: a restarted rotctld may be another model. */
  noteDriver(): void {
    const { driver, mount, guard, onFault, log } = this.deps
    const now = driver.capabilities
    if (now === null || now === this.#known) return
    this.#known = now
    onFault()
    const narrowed = withinDriver(mount, now.limits)
    this.#isNarrowed = sayNarrowed(mount, narrowed, now.limits, log)
    guard.apply({ kind: 'driver', mount: narrowed, steps: now.steps })
  }

  #tell(shown: AzEl, at: number): void {
    const { guard, winding } = this.deps
    const az = winding.read(shown.az)
    if (az === null && guard.state.position === null) {
      if (guard.state.hold === null) this.#sayUnknown(shown.az)
      guard.apply({ kind: 'turn_unknown' })
      return
    }
    this.#compare(az)
    // A mount that is watched does not leap by a turn: what has no meaning then is no position.
    guard.apply({ kind: 'measured', position: { az: az ?? Number.NaN, el: shown.el } }, at)
  }

  #sayUnknown(shows: number): void {
    const { winding, log } = this.deps
    const could = winding.choices?.could ?? []
    log.error(
      'nobody can tell how the cable is wound: look at it, and say where the mount is: talos agent wound AZ',
      {
        shows,
        could,
        left: winding.left,
      },
    )
  }

  /** After a restart: is it where it was left? */
  #compare(az: number | null): void {
    const { winding, log } = this.deps
    const { left } = winding
    if (az === null || left === null) return
    const { from, to } = padded(left, LEFT_DEG)
    if (az < from || az > to)
      log.warn('the mount is not where it was left: it was turned by hand, or its controller has forgotten', {
        found: az,
        left,
      })
  }

  #reading(): Reading {
    const { clock, guard, winding, faults } = this.deps
    const { position, motion, misses } = guard.state
    const measured = position === null || misses > 0 ? null : { az: position.az, el: position.el }
    const commanded = motion?.setpoint ?? null
    return {
      wallMs: clock.now(),
      at: clock.monotonic(),
      commanded,
      measured,
      errDeg: commanded === null || measured === null ? null : separation(commanded, measured),
      turns: turnsOf(winding.az ?? 0),
      live: this.live,
      rprt: faults.rprt,
    }
  }
}
