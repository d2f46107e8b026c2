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

export interface Rotator {
  readonly kind: RotatorKind
  /** Connects. Later calls connect anew by themselves after a fault. */
  start(): Promise<RotatorCapabilities>
  /** As of the last connection; null before the first. */
  readonly capabilities: RotatorCapabilities | null
  /** Degrees, as the controller reports them. */
  position(): Promise<AzEl>
  /**
   * Resolves when the controller has taken the target, not when it is there. The target is put on the controller's own
   * steps, inside its limits; one outside of them is refused with `limit_exceeded`, and nothing is sent.
   */
  moveTo(az: number, el: number): Promise<void>
  stop(): Promise<void>
  /** The controller's own park, wherever that is; `not_available` where it has none. */
  park(): Promise<void>
  /** Ends the connection; nothing moves by it. */
  close(): Promise<void>
}
