/**
 * Times as people at a station read them: UTC, 24 hours, countdowns with a sign. Inputs are epoch ms or durations in ms.
 * @module
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.js'

const two = (n: number): string => String(n).padStart(2, '0')

/** `03:04:05` */
export const utcTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19)

/** `03:04` */
export const utcMinute = (ms: number): string => new Date(ms).toISOString().slice(11, 16)

/** `2026-11-22` */
export const utcDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** `22 Nov` */
export const utcDay = (ms: number): string => {
  const date = new Date(ms)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The time, with the day in front where it is not today's (UTC): `03:04:05` or `23 Nov 03:04:05`. */
export const utcMoment = (ms: number, now: number): string =>
  utcDate(ms) === utcDate(now) ? utcTime(ms) : `${utcDay(ms)} ${utcTime(ms)}`

/** A span without sign: `0:42`, `12:05`, `3:04:05`, `2 d 03:04`. */
export function span(ms: number): string {
  const s = Math.floor(Math.abs(ms) / SECOND)
  if (s >= DAY / SECOND) {
    const days = Math.floor(s / (DAY / SECOND))
    const rest = s % (DAY / SECOND)
    return `${days} d ${two(Math.floor(rest / 3600))}:${two(Math.floor((rest % 3600) / 60))}`
  }
  const h = Math.floor(s / 3600)
  const m = Math.floor((s % 3600) / 60)
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`
}

/** Countdown to a moment, as at a launch: `T-4:12` before, `T+0:03` after. */
export const countdown = (at: number, now: number): string =>
  `T${now < at ? '-' : '+'}${span(roundToward(at - now))}`

// A countdown shows 0:00 at the very second, not one second early.
const roundToward = (ms: number): number => (ms > 0 ? Math.ceil(ms / SECOND) * SECOND : ms)

/** How long ago, in one unit: `now`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function age(ms: number): string {
  if (ms < 1.5 * SECOND) return 'now'
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`
  return `${Math.floor(ms / DAY)} d`
}

/** How long ago something was, in words. */
export const ago = (ms: number): string => (age(ms) === 'now' ? 'just now' : `${age(ms)} ago`)

/** What is left, for what is read aloud at each change: `5 min`, `1 min`; never 0. */
export const wholeMinutes = (ms: number): string => `${Math.max(1, Math.ceil(ms / MINUTE))} min`

/** A duration in seconds as words for a table: `42 s`, `8 min 20 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`
}

/** How far the clock on the wall is ahead of UTC at that moment, ms. */
export const localOffset = (at: number): number => -new Date(at).getTimezoneOffset() * MINUTE

/** `UTC+1`, `UTC−3:30`, `UTC`. */
export function zoneName(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC'
  const minutes = Math.abs(offsetMs) / MINUTE
  const rest = minutes % 60
  return `UTC${offsetMs < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest === 0 ? '' : `:${two(rest)}`}`
}
