/**
 * The extended response protocol of Hamlib's rotctld (rotctld(1), «Extended Response»): the command is echoed, values
 * come by name, `RPRT n` ends the answer. Text to bytes and bytes to values, nothing else.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { Limits } from '../../shared/mount/limits.js'
import { RotatorError, type RotatorFault } from './rotator.js'

export interface RotctldRequest {
  readonly line: string
  /** The first line of the answer, exactly. */
  readonly echo: string
}

const plain = (name: string): RotctldRequest => ({ line: `+\\${name}\n`, echo: `${name}:` })
export const GET_POS = plain('get_pos')
export const STOP = plain('stop')
export const DUMP_STATE = plain('dump_state')
export const GET_INFO = plain('get_info')

/** rotctld takes `nan`, hex, exponents and commas (`P nan nan` runs away), so only this form ever leaves. */
const FIXED_POINT = /^-?\d{1,4}\.\d{2}$/

function fixedPoint(degrees: number): string {
  const text = Number.isFinite(degrees) ? degrees.toFixed(2) : ''
  if (FIXED_POINT.test(text)) return text
  throw new RotatorError('invalid_parameter', -1, `${degrees} is no angle for a rotator; nothing was sent`)
}

/** G1: two finite numbers, two decimals, one line. */
export function setPos(az: number, el: number): RotctldRequest {
  const args = `${fixedPoint(az)} ${fixedPoint(el)}`
  return { line: `+\\set_pos ${args}\n`, echo: `set_pos: ${args}` }
}

/** Hamlib's error numbers (include/hamlib/rig.h, enum rig_errcode_e). */
const FAULTS: ReadonlyMap<number, RotatorFault> = new Map([
  [-1, 'invalid_parameter'],
  [-2, 'invalid_configuration'],
  [-3, 'out_of_memory'],
  [-4, 'not_implemented'],
  [-5, 'timeout'],
  [-6, 'io_error'],
  [-7, 'internal_error'],
  [-8, 'protocol_error'],
  [-9, 'rejected'],
  [-10, 'truncated'],
  [-11, 'not_available'],
  [-12, 'not_targetable'],
  [-13, 'bus_error'],
  [-14, 'bus_busy'],
  [-15, 'argument_invalid'],
  [-16, 'vfo_invalid'],
  [-17, 'argument_out_of_domain'],
  [-18, 'deprecated'],
  [-19, 'security'],
  [-20, 'no_power'],
  [-21, 'limit_exceeded'],
  [-22, 'access_denied'],
])

const END = /^RPRT (0|-[1-9]\d?)$/

/** Does this line end an answer? */
export const isEnd = (line: string): boolean => END.test(line)

/**
 * The lines between echo and `RPRT 0`.
 * @throws RotatorError `desynchronised` when the answer belongs to another question, else the named code
 */
export function readAnswer(request: RotctldRequest, lines: readonly string[]): string[] {
  const [echo, ...rest] = lines
  const end = END.exec(rest.pop() ?? '')
  const name = request.echo.split(':')[0]
  if (echo !== request.echo || end?.[1] === undefined)
    throw new RotatorError('desynchronised', -8, `rotctld answered ${JSON.stringify(echo)} to ${name}`)
  const code = Number(end[1])
  if (code === 0) return rest
  const fault = FAULTS.get(code) ?? 'unknown_code'
  throw new RotatorError(fault, code, `rotctld refused ${name}: RPRT ${code} (${fault})`)
}

const NUMBER = /^-?\d{1,5}(?:\.\d{1,10})?$/

/** The value behind `name: `; strict, because `atof` would read nonsense as 0. */
function numberOf(lines: readonly string[], name: string): number {
  const prefix = `${name}: `
  const text = lines.find((line) => line.startsWith(prefix))?.slice(prefix.length)
  if (text !== undefined && NUMBER.test(text)) return Number(text)
  throw new RotatorError('unreadable', -8, `rotctld gave no number for ${name}: ${JSON.stringify(text)}`)
}

export const readPosition = (lines: readonly string[]): AzEl => ({
  az: numberOf(lines, 'Azimuth'),
  el: numberOf(lines, 'Elevation'),
})

export const readLimits = (lines: readonly string[]): Limits => ({
  azMin: numberOf(lines, 'Minimum Azimuth'),
  azMax: numberOf(lines, 'Maximum Azimuth'),
  elMin: numberOf(lines, 'Minimum Elevation'),
  elMax: numberOf(lines, 'Maximum Elevation'),
})

/** `Info: Dummy rotator`; what cannot be printed is left out, for it goes to dashboards and logs. */
export function readInfo(lines: readonly string[]): string | null {
  const info = lines.find((line) => line.startsWith('Info: '))?.slice('Info: '.length) ?? ''
  return info.replace(/[^\x20-\x7e]/g, '').slice(0, 80) || null
}

export const readModelNumber = (lines: readonly string[]): string =>
  `Hamlib model ${numberOf(lines, 'Rotor Model')}`
