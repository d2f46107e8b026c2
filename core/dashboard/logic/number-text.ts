/**
 * Numbers as text of a constant width, so that nothing jumps while it changes.
 * @module
 */

/** What stands where there is no number. */
export const NONE = '—'

/** A number with a true minus sign and fixed decimals; never `-0.00`. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** Degrees, or a dash for «none commanded» and «could not be read». */
export const degrees = (value: number | null | undefined, decimals = 2): string =>
  value === null || value === undefined ? NONE : `${fixed(value, decimals)}°`

/** Latitude and longitude with their letters: `38.05° N, 23.74° E`. */
export const coordinates = (lat: number, lon: number): string =>
  `${Math.abs(lat).toFixed(2)}° ${lat < 0 ? 'S' : 'N'}, ${Math.abs(lon).toFixed(2)}° ${lon < 0 ? 'W' : 'E'}`

/** Turns of the cable from neutral: `0`, `+1`, `−2`. */
export const signedInteger = (value: number): string => (value > 0 ? `+${value}` : fixed(value, 0))

const POINTS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW']

/** The nearest of eight compass points. */
export const compassPoint = (az: number): string =>
  POINTS[Math.round((((az % 360) + 360) % 360) / 45) % 8] ?? ''
