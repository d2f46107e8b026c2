/**
 * What the guard knows and what can happen to it. Plain frozen data: the guard is a function of these.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { ErrorCode } from '../../shared/errors.js'
import type { Mount } from '../../shared/messages.js'
import { CENTIDEGREES, type StepsPerDegree } from '../../shared/mount/grid.js'
import type { Limits } from '../../shared/mount/limits.js'

/**
 * Who asks. `prepass` and `plan` are the plan that has the antenna; `manual` needs fresh authority; `door` is a program
 * beside the antenna, under a lease.
 */
export type OrderSource = 'manual' | 'park' | 'prepass' | 'plan' | 'door'

export interface Order {
  /** The command's jti or the contact's id. */
  readonly id: string
  readonly source: OrderSource
  /** Where to, mount degrees, unwrapped. */
  readonly goal: AzEl
  /** Dead-man: how long the motion may go on, ms from receipt; null for orders that need none. */
  readonly lifetimeMs: number | null
}

/** The motion that is going on. Times are monotonic ms. */
export interface Motion {
  readonly id: string
  readonly source: OrderSource
  readonly goal: AzEl
  readonly goalAt: number
  /** The end of the leg that the driver was last sent on; the goal itself on a straight way. */
  readonly setpoint: AzEl
  readonly until: number | null
  /** The controller has taken the setpoint. */
  readonly isSent: boolean
  readonly hasArrived: boolean
  /** Where and when the mount was last seen to have moved, for finding a stall. */
  readonly movedFrom: AzEl
  readonly movedAt: number
  /** How far each axis has gone away from where it was sent, degrees. */
  readonly away: AzEl
}

export interface Position extends AzEl {
  /** Monotonic ms of the reading. */
  readonly at: number
}

/** Nothing was told to move. */
export interface Rest {
  readonly since: number
  /** How often a stop had to be said because the mount moved. */
  readonly repeats: number
  /** Where the mount came to rest, once it has had the time to. */
  readonly place: AzEl | null
}

export interface GuardState {
  /** The local mount, narrowed to what the driver accepts. The ceiling. */
  readonly mount: Mount
  /** The positions that the controller can be told. */
  readonly steps: StepsPerDegree
  /** How far one setpoint may lead, degrees of azimuth; what is farther is gone to in parts. */
  readonly longestAz: number
  /** Limits narrowed by the server, or null. */
  readonly tightened: Limits | null
  /** Latched: why nothing moves until somebody releases it, or null. */
  readonly hold: ErrorCode | null
  /** Why core lets the station do nothing, or null. Unlike a hold it ends when core lets it in again. */
  readonly barred: ErrorCode | null
  readonly position: Position | null
  /** What was read last cannot follow on this position: one of the two is a lie, and nobody knows which. */
  readonly isDoubted: boolean
  /** Positions not read, in a row, a second apart. */
  readonly misses: number
  readonly missedAt: number
  /** Targets that the driver did not take, in a row, a second apart. */
  readonly sendFailures: number
  readonly sendFailedAt: number
  readonly motion: Motion | null
  /** The contact whose plan has the antenna. */
  readonly claim: string | null
  /** Until when (monotonic ms) programs at the door may move it, or null. */
  readonly lease: number | null
  /** The watch over a mount that should stand still; null while one is told to move, and until one is seen. */
  readonly rest: Rest | null
}

/** A program at the door ends its own motion and keeps its lease; everybody else's stop ends both. */
export type StopBy = 'person' | 'door'
/** A hold made beside the antenna ends there: somebody may have their hands on it. */
export type ReleaseBy = 'station' | 'fleet'

export type GuardEvent =
  | { readonly kind: 'order'; readonly at: number; readonly order: Order }
  | { readonly kind: 'measured'; readonly at: number; readonly position: AzEl }
  | { readonly kind: 'missed'; readonly at: number }
  /** What the controller shows could be more than one azimuth, or none. */
  | { readonly kind: 'turn_unknown'; readonly at: number }
  /** A person has said how the cable is wound. */
  | { readonly kind: 'turn_stated'; readonly at: number }
  | { readonly kind: 'sent'; readonly at: number; readonly target: AzEl }
  | { readonly kind: 'send_failed'; readonly at: number }
  | { readonly kind: 'blocked'; readonly at: number }
  | { readonly kind: 'tick'; readonly at: number }
  | { readonly kind: 'stop'; readonly at: number; readonly by: StopBy }
  | { readonly kind: 'hold'; readonly at: number }
  | { readonly kind: 'lease'; readonly at: number; readonly until: number | null }
  | { readonly kind: 'claim'; readonly at: number; readonly id: string }
  | { readonly kind: 'unclaim'; readonly at: number; readonly id: string }
  | { readonly kind: 'release'; readonly at: number; readonly by: ReleaseBy }
  | { readonly kind: 'bar'; readonly at: number; readonly code: ErrorCode | null }
  | { readonly kind: 'tighten'; readonly at: number; readonly limits: Limits }
  | {
      readonly kind: 'driver'
      readonly at: number
      readonly mount: Mount | null
      readonly steps: StepsPerDegree
    }

export interface Refusal {
  readonly code: ErrorCode
  readonly detail: string
}

/** How a motion came to its end. */
export interface Ending {
  readonly id: string
  readonly source: OrderSource
  readonly how: 'arrived' | 'superseded' | 'stopped'
  /** Why it was stopped. */
  readonly code: ErrorCode | null
}

export interface Decision {
  readonly state: GuardState
  /** What the driver must be told: `go` sends the motion's setpoint. */
  readonly act: 'go' | 'stop' | null
  readonly refusal: Refusal | null
  readonly ending: Ending | null
}

export const initialState = (
  mount: Mount,
  hold: ErrorCode | null,
  longestAz = Number.POSITIVE_INFINITY,
): GuardState => ({
  mount,
  steps: CENTIDEGREES,
  longestAz,
  tightened: null,
  hold,
  barred: null,
  position: null,
  isDoubted: false,
  misses: 0,
  missedAt: Number.NEGATIVE_INFINITY,
  sendFailures: 0,
  sendFailedAt: Number.NEGATIVE_INFINITY,
  motion: null,
  claim: null,
  lease: null,
  rest: null,
})
