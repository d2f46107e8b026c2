/**
 * The words of Hamlib's rigctld: what the agent says to it, and what it reads in its answers. Never among them: the
 * transmitter's key.
 * @module
 */
import { DriverError } from '../drivers/fault.js'
import { fieldOf, type HamlibRequest, numberOf, plain, withArguments } from '../drivers/hamlib-protocol.js'

export const GET_FREQ = plain('get_freq')
export const GET_MODE = plain('get_mode')
export const GET_INFO = plain('get_info')

/** The modes of Hamlib that satellites are heard in (`rigctl(1)`); rigctld takes any other word and says nothing. */
export const MODES = [
  'USB',
  'LSB',
  'CW',
  'CWR',
  'RTTY',
  'AM',
  'FM',
  'FMN',
  'WFM',
  'PKTUSB',
  'PKTLSB',
  'PKTFM',
] as const
export type Mode = (typeof MODES)[number]

export type Vfo = 'VFOA' | 'VFOB' | 'Main' | 'Sub'

/** A frequency below a terahertz has no more. */
const FREQUENCY_DIGITS = 12
/** A terahertz. rigctld stores whatever it is sent: -5, NaN, 437 for `437,8`. */
const MOST_HZ = 1e12

function hertz(hz: number): string {
  if (Number.isSafeInteger(hz) && hz > 0 && hz < MOST_HZ) return String(hz)
  throw new DriverError('invalid_parameter', -1, `${hz} Hz is no frequency for a radio; nothing was sent`)
}

export const setFreq = (hz: number): HamlibRequest => withArguments('set_freq', hertz(hz))
export const setSplitFreq = (hz: number): HamlibRequest => withArguments('set_split_freq', hertz(hz))
/** Width 0: what the radio has for the mode. */
export const setMode = (mode: Mode): HamlibRequest => withArguments('set_mode', mode, '0')
export const setSplitMode = (mode: Mode): HamlibRequest => withArguments('set_split_mode', mode, '0')
export const setSplit = (txVfo: Vfo): HamlibRequest => withArguments('set_split_vfo', '1', txVfo)
export const SATELLITE_MODE = withArguments('set_func', 'SATMODE', '1')

/** @throws DriverError `unreadable` */
export function readFreq(lines: readonly string[]): number {
  const hz = numberOf(lines, 'Frequency', FREQUENCY_DIGITS)
  if (hz > 0) return Math.round(hz)
  throw new DriverError('unreadable', -8, `rigctld reads ${hz} Hz from the radio`)
}

/** The radio's mode, also one that the agent does not set. @throws DriverError `unreadable` */
export function readMode(lines: readonly string[]): string {
  const mode = fieldOf(lines, 'Mode')
  if (mode !== undefined && /^[A-Z0-9-]{1,20}$/.test(mode)) return mode
  throw new DriverError('unreadable', -8, `rigctld gave no mode: ${JSON.stringify(mode)}`)
}
