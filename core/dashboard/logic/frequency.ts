/**
 * Frequencies as people at a radio read them.
 * @module
 */
import { fixed, NONE } from './number-text.js'

/** `437.123456 MHz`; a dash where it is not known. */
export const frequencyText = (hz: number | null): string =>
  hz === null ? NONE : `${(hz / 1e6).toFixed(6)} MHz`

/** `+9.812 kHz`, always with its sign. */
export function shiftText(hz: number): string {
  const text = fixed(hz / 1000, 3)
  return `${hz > 0 && Number(text) !== 0 ? '+' : ''}${text} kHz`
}

/**
 * What the satellite's motion makes of the nominal frequency right now: the tuned one less the nominal and what the
 * operator added by the dial. Null when one is not known.
 */
export const dopplerShift = (tuned: number | null, nominal: number | null, dialHz: number): number | null =>
  tuned === null || nominal === null ? null : tuned - nominal - dialHz
