/**
 * Moments in form fields, always UTC, whatever the clock of the browser shows.
 * @module
 */

/** What a field shows: `2026-11-22 03:04`. A field of the browser's own would show AM and PM to some. */
export const utcField = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** Epoch ms of such a field; null when it is empty or no moment. */
export function fieldMs(value: string): number | null {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[T ]+(\d{2}:\d{2}(?::\d{2})?)Z?$/.exec(value.trim()) ?? []
  if (day === undefined || time === undefined) return null
  const ms = Date.parse(`${day}T${time}Z`)
  return Number.isNaN(ms) ? null : ms
}
