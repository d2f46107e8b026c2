/**
 * The words of rotctld: what the agent says to it, and what it reads in its answers.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { CENTIDEGREES, type StepsPerDegree } from '../../shared/mount/grid.js'
import type { Limits } from '../../shared/mount/limits.js'
import { DriverError } from './fault.js'
import { fieldOf, type HamlibRequest, numberOf, plain, withArguments } from './hamlib-protocol.js'

export const GET_POS = plain('get_pos')
export const STOP = plain('stop')
export const PARK = plain('park')
export const DUMP_STATE = plain('dump_state')
export const GET_INFO = plain('get_info')

/** rotctld takes `nan`, hex, exponents and commas (`P nan nan` runs away), so only this form ever leaves. */
const FIXED_POINT = /^-?\d{1,4}\.\d{2}$/

function fixedPoint(degrees: number): string {
  const text = Number.isFinite(degrees) ? degrees.toFixed(2) : ''
  if (FIXED_POINT.test(text)) return text
  throw new DriverError('invalid_parameter', -1, `${degrees} is no angle for a rotator; nothing was sent`)
}

/** G1: two finite numbers, two decimals, one line. */
export const setPos = (az: number, el: number): HamlibRequest =>
  withArguments('set_pos', fixedPoint(az), fixedPoint(el))

export const readPosition = (lines: readonly string[]): AzEl => ({
  az: numberOf(lines, 'Azimuth'),
  el: numberOf(lines, 'Elevation'),
})

/** What rotctld says of itself and of the controller behind it. */
export interface RotctldState {
  /** Hamlib's number of the model, as in `rotctl -l`. */
  readonly model: number
  readonly limits: Limits
  readonly steps: StepsPerDegree
}

/** The one version of the protocol that there has been (tests/rotctl_parse.h). */
const PROTOCOL_VERSION = 1

/**
 * What the backends of Hamlib make of a position: the GS-232 family sends whole degrees, EasyComm tenths, SPID cuts
 * down to its own steps. Told in their own steps, they have nothing to round.
 */
function stepsOf(model: number): StepsPerDegree {
  if (model >= 601 && model <= 612) return { az: 1, el: 1 }
  if (model >= 201 && model <= 204) return { az: 10, el: 10 }
  if (model === 901 || model === 903) return { az: 2, el: 2 }
  return CENTIDEGREES
}

/**
 * Reads the answer to `dump_state`.
 * @throws DriverError `wrong_version`; `wrong_model` for a rotator that turns one axis only; `unreadable`
 */
export function readState(lines: readonly string[]): RotctldState {
  const version = numberOf(lines, 'rotctld Protocol Ver')
  if (version !== PROTOCOL_VERSION)
    throw new DriverError(
      'wrong_version',
      -2,
      `rotctld speaks version ${version} of its protocol, and this agent version ${PROTOCOL_VERSION}. Update the agent`,
    )
  const model = numberOf(lines, 'Rotor Model')
  // Older releases do not tell.
  const type = lines.find((line) => line.startsWith('rot_type='))?.slice('rot_type='.length) ?? 'AzEl'
  if (type === 'Az' || type === 'El')
    throw new DriverError('wrong_model', -2, `Hamlib model ${model} turns one axis only (${type})`)
  const limits = {
    azMin: numberOf(lines, 'Minimum Azimuth'),
    azMax: numberOf(lines, 'Maximum Azimuth'),
    elMin: numberOf(lines, 'Minimum Elevation'),
    elMax: numberOf(lines, 'Maximum Elevation'),
  }
  // `C south_zero 1` turns every azimuth by half a circle inside rotctld, behind our back.
  const southZero = fieldOf(lines, 'South Zero')
  if (southZero !== undefined && southZero !== '0')
    throw new DriverError(
      'invalid_configuration',
      -2,
      'rotctld runs with south_zero: its azimuths are not ours. Start it without',
    )
  return { model, limits, steps: stepsOf(model) }
}
