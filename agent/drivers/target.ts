/**
 * The last look at a target before it is put into bytes: whatever was checked before, nothing else leaves a driver.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { onGrid, type StepsPerDegree } from '../../shared/mount/grid.js'
import type { Limits } from '../../shared/mount/limits.js'
import { DriverError } from './fault.js'

/**
 * G1: the step of the controller nearest to `target`, inside `limits`.
 * @throws DriverError `invalid_parameter` for what is no number, `limit_exceeded` for what lies outside
 */
export function sendable(limits: Limits, steps: StepsPerDegree, { az, el }: AzEl): AzEl {
  if (!Number.isFinite(az) || !Number.isFinite(el))
    throw new DriverError('invalid_parameter', -1, `${az}, ${el} is no position; nothing was sent`)
  const target = onGrid(limits, steps, { az, el })
  if (target !== null) return target
  const { azMin, azMax, elMin, elMax } = limits
  throw new DriverError(
    'limit_exceeded',
    -21,
    `${az}, ${el} is outside az ${azMin}..${azMax}, el ${elMin}..${elMax} of the controller; nothing was sent`,
  )
}

/** Why nothing is sent to a peer whose position has not been read since the connection was made. */
export const unread = (peer: string): DriverError =>
  new DriverError(
    'disconnected',
    -6,
    `no position was read from ${peer} on this connection; nothing was sent`,
  )
