/**
 * What the agent asks of a rotator, whoever builds it. Angles are the mount's own degrees, unwrapped.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { StepsPerDegree } from '../../shared/mount/grid.js'
import type { Limits } from '../../shared/mount/limits.js'

export const ROTATOR_KINDS = ['rotctld', 'serial', 'simulated'] as const
export type RotatorKind = (typeof ROTATOR_KINDS)[number]

export interface RotatorCapabilities {
  readonly model: string
  /** What the driver itself accepts, or null when it does not say. */
  readonly limits: Limits | null
  /** The positions that the controller can be told: whole steps. Others are rounded by it, in its own way. */
  readonly steps: StepsPerDegree
}

/** Asked in the same breath in which the bytes are written: what was allowed a moment ago may be forbidden now. */
export type MayLeave = () => boolean

export interface Rotator {
  readonly kind: RotatorKind
  /** Connects. Later calls connect anew by themselves after a fault. */
  start(): Promise<RotatorCapabilities>
  /** As of the last connection; null before the first. */
  readonly capabilities: RotatorCapabilities | null
  /** Degrees, as the controller reports them. */
  position(): Promise<AzEl>
  /**
   * Resolves with true when the controller has taken the target, not when it is there; with false when it might not
   * leave any more. The target is put on the controller's own steps, inside its limits; one outside of them is refused
   * with `limit_exceeded`, and one on a connection on which no position has been read with `disconnected`: nothing is
   * sent then, for nobody knows who is at the other end, and where the mount stands.
   */
  moveTo(az: number, el: number, mayLeave: MayLeave): Promise<boolean>
  /** Goes before whatever else waits, as soon as the request in flight is over. */
  stop(): Promise<void>
  /** The controller's own park, wherever that is, as `moveTo`; `not_available` where it has none. */
  park(mayLeave: MayLeave): Promise<boolean>
  /** Ends the connection; nothing moves by it. */
  close(): Promise<void>
}
