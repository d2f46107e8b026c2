/**
 * What can go wrong between the agent and the metal, each with a name.
 * @module
 */
import { TalosError } from '../../shared/errors.js'

/** Names of Hamlib's codes (include/hamlib/rig.h), and faults of our own. */
export type DriverFault =
  // between us and the peer
  | 'timeout'
  | 'disconnected'
  | 'desynchronised'
  | 'unreadable'
  | 'echoed'
  | 'wrong_model'
  | 'wrong_version'
  // what the peer says
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
export class DriverError extends TalosError {
  constructor(
    readonly fault: DriverFault,
    /** Hamlib's RPRT code, or the nearest to it. */
    readonly rprt: number,
    detail: string,
    cause?: unknown,
  ) {
    super('driver_failed', detail, cause === undefined ? {} : { cause })
  }
}

export const isFault = (cause: unknown, ...faults: readonly DriverFault[]): boolean =>
  cause instanceof DriverError && faults.includes(cause.fault)
