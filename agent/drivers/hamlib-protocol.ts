/**
 * The extended response protocol of Hamlib's daemons (rotctld(1), rigctld(1), «Extended Response»): the command is
 * echoed, values come by name, `RPRT n` ends the answer. Text to bytes and bytes to values, nothing else.
 * @module
 */
import { DriverError, type DriverFault } from './fault.js'

export interface HamlibRequest {
  readonly line: string
  /** The first line of the answer, exactly. */
  readonly echo: string
}

export const plain = (name: string): HamlibRequest => ({ line: `+\\${name}\n`, echo: `${name}:` })

/** A command with arguments; whoever calls has formatted them, so that one line stays one line. */
export const withArguments = (name: string, ...args: readonly string[]): HamlibRequest => {
  const text = args.join(' ')
  return { line: `+\\${name} ${text}\n`, echo: `${name}: ${text}` }
}

/** The name of the command, for messages. */
export const nameOf = ({ echo }: HamlibRequest): string => echo.split(':')[0] ?? ''

/** Hamlib's error numbers (include/hamlib/rig.h, enum rig_errcode_e). */
const FAULTS: ReadonlyMap<number, DriverFault> = new Map([
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
 * @throws DriverError `desynchronised` when the answer belongs to another question, else the named code
 */
export function readAnswer(request: HamlibRequest, lines: readonly string[]): string[] {
  const [echo, ...rest] = lines
  const end = END.exec(rest.pop() ?? '')
  const name = nameOf(request)
  if (echo !== request.echo || end?.[1] === undefined)
    throw new DriverError('desynchronised', -8, `Hamlib answered ${quoted(echo)} to ${name}`)
  const code = Number(end[1])
  if (code === 0) return rest
  const fault = FAULTS.get(code) ?? 'unknown_code'
  throw new DriverError(fault, code, `Hamlib refused ${name}: RPRT ${code} (${fault})`)
}

/** What stands behind `name: `, or undefined. */
export function fieldOf(lines: readonly string[], name: string): string | undefined {
  const prefix = `${name}: `
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length)
}

const NUMBER = /^-?(\d{1,13})(?:\.\d{1,10})?$/

/** The value behind `name: `, of so many digits; strict, because `atof` would read nonsense as 0. */
export function numberOf(lines: readonly string[], name: string, mostDigits = 5): number {
  const text = fieldOf(lines, name)
  const whole = NUMBER.exec(text ?? '')?.[1]
  if (whole !== undefined && whole.length <= mostDigits) return Number(text)
  throw new DriverError('unreadable', -8, `Hamlib gave no number for ${name}: ${quoted(text)}`)
}

/** What cannot be printed is left out, for it goes to dashboards and logs. */
export const printable = (text: string, most: number): string =>
  text.replace(/[^\x20-\x7e]/g, '').slice(0, most)

/** What a peer said, short enough for a log. */
const quoted = (text: string | undefined): string => JSON.stringify(printable(text ?? '', 40))

/** `Info: Dummy rotator`, or null. */
export const readInfo = (lines: readonly string[]): string | null =>
  printable(fieldOf(lines, 'Info') ?? '', 80) || null
