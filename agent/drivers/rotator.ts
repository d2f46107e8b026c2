/**
 * What the agent asks of a rotator, whoever builds it. There is no `park`: a controller's own park goes where no limit
 * of ours was checked, so the agent parks by moving to the configured position.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { TalosError } from '../../shared/errors.js'
import type { Limits } from '../../shared/mount/limits.js'

export interface RotatorCapabilities {
  readonly model: string
  /** What the driver itself accepts, or null when it does not say. */
  readonly limits: Limits | null
}

export interface RotatorDriver {
  readonly kind: 'rotctld' | 'simulated'
  /** Connects. Later calls connect anew by themselves after a fault. */
  start(): Promise<RotatorCapabilities>
  /** As of the last connection; null before the first. */
  readonly capabilities: RotatorCapabilities | null
  /** Degrees, as the controller reports them. */
  position(): Promise<AzEl>
  /** Resolves when the controller has taken the target, not when it is there. */
  moveTo(az: number, el: number): Promise<void>
  stop(): Promise<void>
  /** Ends the connection; nothing moves by it. */
  close(): Promise<void>
}

/** What went wrong between us and the rotator. Names of Hamlib's codes (rig.h), and faults of our own. */
export type RotatorFault =
  | 'timeout'
  | 'disconnected'
  | 'desynchronised'
  | 'unreadable'
  | 'invalid_parameter'
  | 'invalid_configuration'
  | 'out_of_memory'
  | 'not_implemented'
  | 'io_error'
  | 'internal_error'
  | 'protocol_error'
  | 'rejected'
  | 'truncated'
  | 'not_available'
  | 'not_targetable'
  | 'bus_error'
  | 'bus_busy'
  | 'argument_invalid'
  | 'vfo_invalid'
  | 'argument_out_of_domain'
  | 'deprecated'
  | 'security'
  | 'no_power'
  | 'limit_exceeded'
  | 'access_denied'
  | 'unknown_code'

/** `driver_failed`, with the fault by name and Hamlib's number for telemetry. */
export class RotatorError extends TalosError {
  constructor(
    readonly fault: RotatorFault,
    /** Hamlib's RPRT code, or the nearest to it. */
    readonly rprt: number,
    detail: string,
    cause?: unknown,
  ) {
    super('driver_failed', detail, cause === undefined ? {} : { cause })
  }
}
