/**
 * What the programs that keep a Linux clock right say of it. Each is optional; each text is read strictly, and one that
 * is not understood says nothing. Pure.
 * @module
 */
import { SECOND } from '../../shared/time.js'

export interface NtpReading {
  readonly isSynchronised: boolean
  /** The clock is no further off than this, ms; null when the program does not say. */
  readonly boundMs: number | null
}

/** What a synchronised clock is taken to hold when the program gives no number. */
export const UNTOLD_BOUND_MS = 500

const MICROSECOND = 1e-3
const NUMBER = /^[+-]?\d{1,12}(?:\.\d{1,12})?$/
const LEAP = ['Normal', 'Insert second', 'Delete second', 'Not synchronised']

/**
 * `chronyc -c tracking`: one line of 14 fields. The bound is the one that chrony gives for clients (chronyc(1), "root
 * distance"): offset of the clock, dispersion, and half of the delay.
 */
export function parseChrony(text: string): NtpReading | null {
  const fields = text.trimEnd().split(',')
  const [offset, delay, dispersion] = [fields[4], fields[10], fields[11]]
  const leap = fields[13] ?? ''
  if (fields.length !== 14 || !LEAP.includes(leap)) return null
  if (leap === 'Not synchronised') return { isSynchronised: false, boundMs: null }
  const numbers = [offset, delay, dispersion].map((field) =>
    NUMBER.test(field ?? '') ? Number(field) : null,
  )
  const [o, d, e] = numbers
  if (o === null || d === null || e === null || o === undefined || d === undefined || e === undefined)
    return null
  return { isSynchronised: true, boundMs: (Math.abs(o) + Math.abs(d) / 2 + Math.abs(e)) * SECOND }
}

/** Of the kernel's status word: nobody disciplines the clock (adjtimex(2), STA_UNSYNC). */
const STA_UNSYNC = 0x40

/** `adjtimex --print`: what the kernel was told by whoever disciplines the clock; `maxerror` in microseconds. */
export function parseAdjtimex(text: string): NtpReading | null {
  const value = (name: string): number | null => {
    const found = [...text.matchAll(new RegExp(`^ *${name}: (\\d{1,10})$`, 'gm'))]
    return found.length === 1 ? Number(found[0]?.[1]) : null
  }
  const status = value('status')
  const maxError = value('maxerror')
  if (status === null || maxError === null) return null
  const isSynchronised = (status & STA_UNSYNC) === 0
  return { isSynchronised, boundMs: isSynchronised ? maxError * MICROSECOND : null }
}

/** `timedatectl show --property=NTPSynchronized`: yes or no, and no number. */
export function parseTimedatectl(text: string): NtpReading | null {
  const answer = /^NTPSynchronized=(yes|no)\n?$/.exec(text)?.[1]
  return answer === undefined ? null : { isSynchronised: answer === 'yes', boundMs: null }
}
