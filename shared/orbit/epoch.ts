/**
 * The moment of an element set, to the microsecond. JavaScript's Date keeps milliseconds; cutting the rest off moves a
 * low satellite by up to 7.6 m along its track.
 * @module
 */
const FORM = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z?$/

/** Milliseconds since the Unix epoch, with the fraction; null if the text is no calendar date and time in UTC. */
export function parseEpoch(text: string): number | null {
  const match = FORM.exec(text)
  if (match?.[1] === undefined) return null
  const whole = Date.parse(`${match[1]}Z`)
  // Date.parse takes 24:00:00 and, in some engines, the 31st of February.
  if (Number.isNaN(whole) || new Date(whole).toISOString().slice(0, 19) !== match[1]) return null
  return whole + Number((match[2] ?? '0').padEnd(9, '0')) / 1e6
}

/** One spelling for one moment: no `Z`, six decimals or, where they say more, up to nine. */
export function normalEpoch(text: string): string {
  const match = FORM.exec(text)
  if (match?.[1] === undefined) return text
  return `${match[1]}.${(match[2] ?? '').replace(/0+$/, '').padEnd(6, '0')}`
}

/**
 * The epoch of a TLE: two digits of the year (57 to 99 are 1957 to 1999) and the day of the year with eight decimals,
 * of which each is exactly 864 microseconds. Null if the year has no such day.
 */
export function epochOfTle(year: string, day: string): string | null {
  const yy = Number(year)
  const fullYear = yy < 57 ? 2000 + yy : 1900 + yy
  const [whole = '', fraction = ''] = day.trim().split('.')
  const dayOfYear = Number(whole)
  const start = Date.UTC(fullYear, 0, dayOfYear)
  if (dayOfYear < 1 || new Date(start).getUTCFullYear() !== fullYear) return null
  const micros = Number(fraction) * 864
  const second = new Date(start + Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(micros % 1e6).padStart(6, '0')}`
}
