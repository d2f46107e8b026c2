/**
 * What passes ask of the clock: what time it is, and whether this one can be flown by it.
 * @module
 */
import type { Receipt } from '../../shared/messages.js'
import { SECOND } from '../../shared/time.js'
import { CLOCK_TOLERANCE_MS } from '../admission.js'
import type { FlightClock } from './flight-clock.js'
import { type ClockState, earliestMs, isWithinBeam, pointing } from './judge.js'
import { type ClockWatch, whole } from './watch.js'

export type ToldClock = NonNullable<Receipt['clock']>

export interface ClockTrustDeps {
  readonly flight: FlightClock
  readonly watch: Pick<ClockWatch, 'state' | 'floorMs'>
  /** The latest time that a signed message has proven, epoch ms. */
  readonly provenMs: () => number
  /** Half-power beam width, degrees. */
  readonly beamwidth: () => number
}

const UNKNOWN: ClockState = { source: 'none', offsetMs: null, uncertaintyMs: null }
const micro = (deg: number): number => Math.round(deg * 1e6) / 1e6

export class ClockTrust {
  constructor(private readonly deps: ClockTrustDeps) {}

  /** As near to true time as can be told, epoch ms: a pass that the clock would sleep through is seen to be due. */
  get now(): number {
    const wall = this.deps.flight.now()
    return wall - (this.#state(0).offsetMs ?? 0)
  }

  /** True time is not before this, epoch ms; the clock's own where nothing is known of it. */
  get earliest(): number {
    return earliestMs(this.#state(0), this.deps.flight.now())
  }

  /**
   * May a pass be flown by the clock, and the numbers for its receipt.
   * @param rate fastest motion of the satellite, degrees a second
   * @param issuedMs when its plan was signed
   */
  judge(rate: number, issuedMs: number): { readonly isFine: boolean; readonly told: ToldClock } {
    const verdict = pointing(this.#state(issuedMs), rate, this.deps.beamwidth())
    const { errDeg, allowedDeg } = verdict
    const told = { ...whole(verdict), errDeg: errDeg === null ? null : micro(errDeg), allowedDeg }
    return { isFine: isWithinBeam(verdict), told }
  }

  /**
   * A clock that only its owner vouches for is wrong for certain when it is before what is past. Where core or NTP were
   * asked they know better: a signed message from the future is then the fault of core's clock, not of this one.
   */
  #state(issuedMs: number): ClockState {
    const { flight, watch, provenMs } = this.deps
    const wall = flight.now()
    const state = watch.state(wall)
    const floor = Math.max(issuedMs, provenMs(), watch.floorMs) - CLOCK_TOLERANCE_MS
    return state.source === 'rtc' && wall < floor ? UNKNOWN : state
  }
}

export const issuedMs = ({ iat }: { readonly iat: number }): number => iat * SECOND
