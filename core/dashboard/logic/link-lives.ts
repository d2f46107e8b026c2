/**
 * How long a link may live, as the server allows it (E3).
 * @module
 */
import { DAY, HOUR, MINUTE } from '../../../shared/time.js'

const USUAL = [15, 60, 1440, 10_080]

const many = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`

/** Minutes as people say them: `15 minutes`, `1 hour`, `7 days`. */
export function lifeText(minutes: number): string {
  const ms = minutes * MINUTE
  if (ms % DAY === 0) return many(ms / DAY, 'day')
  return ms % HOUR === 0 ? many(ms / HOUR, 'hour') : many(minutes, 'minute')
}

/** The usual lives, those of the server's settings among them and none longer than it allows, the shortest first. */
export function linkLives(settings: {
  readonly ttlMinutes: number
  readonly maxTtlMinutes: number
}): readonly (readonly [minutes: number, label: string])[] {
  const allowed = [...USUAL, settings.ttlMinutes, settings.maxTtlMinutes].filter(
    (minutes) => minutes <= settings.maxTtlMinutes,
  )
  return [...new Set(allowed)].sort((a, b) => a - b).map((minutes) => [minutes, lifeText(minutes)])
}
