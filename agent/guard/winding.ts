/**
 * How the cable is wound. A controller that shows 0..360 hides it; then the agent counts whole turns, and so that a kill
 * at any moment cannot lose one, the disk always holds where the mount may be by itself until somebody looks again: it is
 * never sent farther than that, and what the controller shows then has one meaning or none.
 * @module
 */
import { wrap180 } from '../../shared/angles.js'
import type { ErrorCode } from '../../shared/errors.js'
import { hull, padded, type Span, spanOf, widthOf, windings } from './azimuth.js'
import type { GuardMemory } from './memory.js'
import type { Refusal } from './state.js'

/** One setpoint leads no farther than a third of a turn: two that may be under way then lie within two thirds. */
export const LONGEST_AZ_DEG = 120
/** The disk, what was said and what is to be said lie within this. */
const WIDEST_DEG = 270
/** So far beyond what is known the mount may have run on, or been turned, and is still known: 270 + 2 * 45 = one turn. */
const NEAR_DEG = 45
/** A target farther than this from what the disk says waits until it says so. */
const AHEAD_DEG = 20
/** A person who says how the cable is wound reads the display, and may round. */
const READS_WITHIN_DEG = 5

export interface WindingOptions {
  readonly memory: GuardMemory
  /** The controller forgets whole turns: they are counted here. */
  readonly isCounted: boolean
  /** The mount's own travel, degrees. */
  readonly travel: { readonly azMin: number; readonly azMax: number }
}

export class Winding {
  #az: number | null = null
  /** Where the controller may still be going to. */
  #told: Span | null = null
  /** The target that waits for the disk, or has. */
  #planned: number | null = null
  #restart: Span | null = null
  #shown: number | null = null

  constructor(private readonly options: WindingOptions) {}

  /** The last azimuth that was believed, unwrapped. */
  get az(): number | null {
    return this.#az
  }
  /** How far one setpoint may lead, degrees of azimuth. */
  get longestAz(): number {
    return this.options.isCounted ? LONGEST_AZ_DEG : Number.POSITIVE_INFINITY
  }
  /** What the controller shows, and which azimuths of the travel that could be; null: turns are not counted here. */
  get choices(): { readonly shown: number; readonly could: readonly number[] } | null {
    if (!this.options.isCounted || this.#shown === null) return null
    return { shown: this.#shown, could: windings(this.#shown, this.#travel) }
  }

  /** The hold of the last run, or null. */
  async load(): Promise<ErrorCode | null> {
    const { hold, az } = await this.options.memory.load()
    this.#restart = az
    return hold
  }

  /** The mount azimuth behind what the controller shows; null when it could be more than one, or none. */
  read(shown: number): number | null {
    this.#shown = shown
    if (!this.options.isCounted) return shown
    const known = this.#known
    if (known !== null) {
      const [near] = windings(shown, padded(known, NEAR_DEG))
      if (near !== undefined) return near
    }
    // It was turned by something else. Where the travel leaves one way only, that is it.
    const could = windings(shown, this.#travel)
    return this.#az === null && could.length === 1 ? (could[0] ?? null) : null
  }

  /** The mount was left within this, before it is read again; null: nothing is known, or it has been read. */
  get left(): Span | null {
    return this.#az === null ? this.#restart : null
  }

  /** The guard has believed that the mount is there. */
  believe(az: number): void {
    this.#az = az
  }

  /** A person has looked at the cable: the mount is there, unwrapped. Null when that can be, else why not. */
  state(az: number): Refusal | null {
    const { isCounted, travel } = this.options
    const shown = this.#shown
    if (!isCounted)
      return {
        code: 'invalid_request',
        detail: 'This controller tells its turns itself ("azimuthReport" in agent.json is "absolute").',
      }
    if (shown === null) return { code: 'driver_failed', detail: 'The rotator has not been read yet.' }
    const off = wrap180(shown - az)
    if (!(Math.abs(off) <= READS_WITHIN_DEG))
      return {
        code: 'invalid_request',
        detail: `The controller shows ${shown}: that is not az ${az}, whatever the turn.`,
      }
    if (az + off < travel.azMin - READS_WITHIN_DEG || az + off > travel.azMax + READS_WITHIN_DEG)
      return {
        code: 'out_of_limits',
        detail: `The travel is az ${travel.azMin}..${travel.azMax}. Bring the mount back into it by the keys of its controller, then say where it is.`,
      }
    this.#az = az + off
    this.#told = null
    return null
  }

  /** Is the disk ready for this target? If not: `prepare`. */
  isReady(az: number): boolean {
    if (!this.options.isCounted || this.#planned === az) return this.mayTell(az)
    const { sure } = this.options.memory
    if (sure === null) return false
    const { from, to } = padded(sure, AHEAD_DEG)
    return az >= from && az <= to && this.mayTell(az)
  }

  /** Writes that the mount may be on its way there. Resolves with whether it may: a full disk does not end a short way. */
  async prepare(az: number, hold: ErrorCode | null): Promise<boolean> {
    this.#planned = az
    await this.keep(hold, 'now')
    return this.mayTell(az)
  }

  /** Would a kill now, with this target on its way, leave no turn to be taken for another? */
  mayTell(az: number): boolean {
    if (!this.options.isCounted) return true
    const { reach } = this.options.memory
    const all = hull(reach, this.#span, spanOf(az))
    return reach !== null && all !== null && widthOf(all) <= WIDEST_DEG
  }

  /** A target leaves for the controller. */
  tell(az: number): void {
    this.#told = hull(this.#told, spanOf(az))
  }

  /** The controller has taken this target, and no other counts; null: it has taken a stop. */
  taken(az: number | null): void {
    this.#told = az === null ? null : spanOf(az)
    this.#planned = null
  }

  /** Writes what must survive a restart; resolves with whether it is on the disk. */
  keep(hold: ErrorCode | null, when: 'in time' | 'now' = 'in time'): Promise<boolean> {
    return this.options.memory.note(hold, this.#span, when)
  }

  /** Where the mount is, or may be on its way to. */
  get #span(): Span | null {
    return this.#az === null
      ? null
      : hull(spanOf(this.#az), this.#told, this.#planned === null ? null : spanOf(this.#planned))
  }
  get #known(): Span | null {
    return this.#span ?? this.#restart
  }
  get #travel(): Span {
    return { from: this.options.travel.azMin, to: this.options.travel.azMax }
  }
}
