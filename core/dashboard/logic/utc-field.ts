/**
 * Moments in form fields, always UTC, whatever the clock of the browser shows.
 * @module
 */

/** What a `datetime-local` field shows: `2026-11-22T03:04`. */
export const utcField = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

/** Epoch ms of such a field; null when it is empty or no moment. */
export function fieldMs(value: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(value)) return null
  const ms = Date.parse(`${value}Z`)
  return Number.isNaN(ms) ? null : ms
}
