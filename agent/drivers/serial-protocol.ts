/**
 * The language of a controller on a serial line: values to bytes and bytes to values, nothing else. Bytes are text in
 * latin1, one character a byte.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { StepsPerDegree } from '../../shared/mount/grid.js'
import type { Limits } from '../../shared/mount/limits.js'
import type { Splitter } from './framing.js'

/** What a controller tells when it is asked where it is. */
export interface ControllerReading extends AzEl {
  readonly steps: StepsPerDegree
}

export interface SerialProtocol {
  /** For people. */
  readonly name: string
  readonly baudRate: number
  /** Where controllers of this kind turn unless the configuration says more. */
  readonly travel: Limits
  /** What the protocol can express at all. */
  readonly reach: Limits
  readonly splitter: () => Splitter

  readonly askPosition: string
  /**
   * The reading in a frame, or null when the frame is none and the answer may still come.
   * @throws DriverError when the controller refuses
   */
  readonly readPosition: (frame: string) => ControllerReading | null
  /** `target` lies within `reach`, on the steps of the controller. */
  readonly move: (target: AzEl, steps: StepsPerDegree) => string
  readonly stop: string
  /** Does the controller answer a stop with a reading? */
  readonly answersStop: boolean
  /** Null: it has no park of its own. */
  readonly park: string | null
}
