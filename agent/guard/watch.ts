/**
 * What the mount does against what it was told: a mount that stalls, goes the wrong way, or moves when nobody told it to.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { SECOND } from '../../shared/time.js'
import { NOISE_DEG } from './rules.js'
import type { GuardState, Motion, Position, Rest } from './state.js'

/** Rotators settle to within a degree (GS-232 reports whole degrees). */
export const ARRIVAL_DEG = 1
/** A mount that is told to move and has not moved for so long is jammed or blind. Brakes take up to 2 s to let go. */
const STALL_MS = 5 * SECOND
const STALL_DEG = 2
/** A mount that is sent back runs on for this long at most, and this is said of its inertia, not of its will. */
const COAST_S = 2.5
const COAST_SLACK_DEG = 2
/** Running out after a stop takes under 2 s; a mount that moves later did not hear it. */
const REST_SETTLES_MS = 2 * SECOND
/** Wind, and encoders of whole degrees, move a mount at rest by less. */
const REST_DEG = 2
/** Within this the next time that it moves counts as the same. */
const REST_FORGETS_MS = 60 * SECOND
const MOST_REPEATS = 3
/** In safe hold a stop is said again for so long only: after that somebody may be moving it by the controller's keys. */
const HOLD_WATCH_MS = 10 * SECOND

export const near = (a: AzEl, b: AzEl, deg: number): boolean =>
  Math.abs(a.az - b.az) <= deg && Math.abs(a.el - b.el) <= deg

/** How far the axis has gone the wrong way by now. Coming nearer makes up for it; being there ends it. */
function awayBy(before: number, from: number, to: number, target: number): number {
  const ahead = target - from
  if (Math.abs(target - to) <= ARRIVAL_DEG || Math.abs(ahead) <= ARRIVAL_DEG) return 0
  return Math.max(0, before - Math.sign(ahead) * (to - from))
}

/** The motion as seen at this reading, or why the mount is not doing it. */
export function watchMotion(
  { mount }: GuardState,
  motion: Motion,
  before: Position | null,
  position: Position,
): Motion | 'driver_failed' | 'uncommanded_motion' {
  const { setpoint, movedFrom } = motion
  const from = before ?? position
  const away = {
    az: awayBy(motion.away.az, from.az, position.az, setpoint.az),
    el: awayBy(motion.away.el, from.el, position.el, setpoint.el),
  }
  if (
    away.az > mount.azRate * COAST_S + COAST_SLACK_DEG ||
    away.el > mount.elRate * COAST_S + COAST_SLACK_DEG
  )
    return 'uncommanded_motion'
  const hasMoved = near(position, setpoint, STALL_DEG) || !near(position, movedFrom, NOISE_DEG)
  if (hasMoved) return { ...motion, away, movedFrom: position, movedAt: position.at }
  return position.at - motion.movedAt > STALL_MS ? 'driver_failed' : { ...motion, away }
}

export const restingFrom = (at: number): Rest => ({ since: at, repeats: 0, place: null })

export interface RestSeen {
  readonly rest: Rest
  /** `again`: it moves, and a stop must be said; `latch`: that has been said often enough. */
  readonly must: 'again' | 'latch' | null
}

/** A mount at rest, as seen at this reading. */
export function watchRest({ rest, hold }: GuardState, position: Position): RestSeen {
  if (rest === null) return { rest: restingFrom(position.at), must: null }
  const since = position.at - rest.since
  if (since < REST_SETTLES_MS || (hold !== null && since > HOLD_WATCH_MS)) return { rest, must: null }
  if (rest.place === null) return { rest: { ...rest, place: position }, must: null }
  if (near(rest.place, position, REST_DEG)) return { rest, must: null }
  const repeats = since > REST_FORGETS_MS ? 0 : rest.repeats
  if (repeats >= MOST_REPEATS && hold === null) return { rest, must: 'latch' }
  return { rest: { since: position.at, repeats: repeats + 1, place: null }, must: 'again' }
}
