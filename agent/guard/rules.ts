/**
 * The rules that every motion keeps, each a pure function that says yes or why not (design section 8).
 * @module
 */
import { type AzEl, wrap360 } from '../../shared/angles.js'
import type { ErrorCode } from '../../shared/errors.js'
import type { Mount } from '../../shared/messages.js'
import { onGrid } from '../../shared/mount/grid.js'
import { intersect, type Limits, pathViolation, sweepIsClear, violation } from '../../shared/mount/limits.js'
import { advance, route } from '../../shared/mount/slew.js'
import { SECOND } from '../../shared/time.js'
import type { GuardState, Motion, Order, Position, Refusal, ReleaseBy } from './state.js'

/** Beyond this a position says nothing about where the mount is. */
export const POSITION_FRESH_MS = 3 * SECOND
/** A followed track may run this much faster than the mount between two setpoints: interpolation and late ticks. */
const JUMP_FACTOR = 1.5
const JUMP_SLACK_DEG = 0.5
/** A reading may outrun the configured rate by this: rates are nominal, encoders step, clocks of both ends differ. */
const BELIEF_FACTOR = 2
const BELIEF_SLACK_DEG = 5
/** How far outside its limits, or inside a zone, a moving mount may be seen before it counts as run away. */
const OVERRUN_DEG = 2
/** Less than this between two readings is noise. */
export const NOISE_DEG = 0.2

/** Travel that holds no position at all. */
const NOWHERE: Limits = {
  azMin: Number.POSITIVE_INFINITY,
  azMax: Number.NEGATIVE_INFINITY,
  elMin: Number.POSITIVE_INFINITY,
  elMax: Number.NEGATIVE_INFINITY,
}

/** G2: the mount as it may be used now; the server's limits only ever cut into the local ones. */
export const effectiveMount = ({ mount, tightened }: GuardState): Mount =>
  tightened === null ? mount : { ...mount, ...(intersect(mount, tightened) ?? NOWHERE) }

/** A goal that was admitted, as the controller can be told it. */
export const nearestStep = (state: GuardState, goal: AzEl): AzEl =>
  onGrid(effectiveMount(state), state.steps, goal) ?? goal

const shown = ({ az, el }: AzEl): string => `az ${az}, el ${el}`

/** Where the mount may have got to since it was last read. */
function drifted(mount: Mount, position: Position, motion: Motion | null, at: number): AzEl {
  if (motion === null) return position
  return advance(mount, position, motion.setpoint, Math.max(0, at - position.at) / SECOND)
}

const jumps = (from: number, to: number, rate: number, seconds: number): boolean =>
  Math.abs(to - from) > rate * seconds * JUMP_FACTOR + JUMP_SLACK_DEG

/** B14: what core does not let in does not move either. */
export const barredRefusal = (code: ErrorCode): Refusal => ({
  code,
  detail: 'Core does not let this station in; nothing moves until it does.',
})

/** Why nothing may move, whoever asks, or null. */
function refuseAll({ hold, barred }: GuardState): Refusal | null {
  if (hold !== null)
    return {
      code: 'safe_hold',
      detail:
        hold === 'turn_unknown'
          ? 'The station holds still: nobody can tell how its cable is wound. Beside it: talos agent wound AZ'
          : `The station holds still (${hold}). Release it first.`,
    }
  return barred === null ? null : barredRefusal(barred)
}

const claimedRefusal = (contactId: string): Refusal => ({
  code: 'busy',
  detail: `The plan of contact ${contactId} has the antenna. Stop it first.`,
})

/** Why the door may not be opened now, or null. */
export const refuseLease = (state: GuardState): Refusal | null =>
  refuseAll(state) ?? (state.claim === null ? null : claimedRefusal(state.claim))

/** Why this hold does not end so, or null. */
export function refuseRelease({ hold, position }: GuardState, by: ReleaseBy): Refusal | null {
  if (hold === 'held_at_station' && by === 'fleet')
    return {
      code: hold,
      detail: 'Somebody beside the antenna holds it still. It is released there: talos agent release',
    }
  return hold === 'turn_unknown' && position === null
    ? {
        code: hold,
        detail: 'Somebody must look how the cable is wound, and say so there: talos agent wound AZ',
      }
    : null
}

/** Programs at the door and people take turns: why it is not the turn of this order, or null. */
function refuseTurn({ lease, motion }: GuardState, { source }: Order, at: number): Refusal | null {
  if (source === 'door') {
    if (lease === null || at >= lease)
      return {
        code: 'no_lease',
        detail: 'The door is shut. Open it beside the antenna: talos agent lease 2h',
      }
    return motion?.source === 'manual' && !motion.hasArrived
      ? { code: 'busy', detail: 'Somebody moves the antenna by hand.' }
      : null
  }
  return motion?.source === 'door' && (source === 'manual' || source === 'park')
    ? { code: 'busy', detail: 'A program at the door has the antenna. Stop it first.' }
    : null
}

/** G1, G8 and the slew and jump bounds: why this order must not be followed now, or null. */
export function refuse(state: GuardState, order: Order, at: number): Refusal | null {
  const { goal, source } = order
  const refusal = refuseAll(state)
  if (refusal !== null) return refusal
  const isPlan = source === 'plan' || source === 'prepass'
  if (state.claim !== null && (!isPlan || state.claim !== order.id)) return claimedRefusal(state.claim)
  if (isPlan && state.claim === null)
    return { code: 'stopped_by_person', detail: 'This plan has lost the antenna.' }
  const turn = refuseTurn(state, order, at)
  if (turn !== null) return turn
  const mount = effectiveMount(state)
  const code = violation(mount, goal.az, goal.el)
  if (code !== null)
    return { code, detail: `${shown(goal)} is not where this mount may point (${code}); nothing was sent.` }
  const { position, motion } = state
  if (position === null || !(at - position.at <= POSITION_FRESH_MS))
    return {
      code: 'driver_failed',
      detail: 'The position of the rotator is not known; nothing moves blindly.',
    }
  if (source === 'plan' && motion?.source === 'plan') {
    const seconds = Math.max(0, at - motion.goalAt) / SECOND
    if (
      jumps(motion.goal.az, goal.az, mount.azRate, seconds) ||
      jumps(motion.goal.el, goal.el, mount.elRate, seconds)
    )
      return {
        code: 'rate_exceeded',
        detail: `From ${shown(motion.goal)} to ${shown(goal)} in ${seconds.toFixed(2)} s is faster than this mount moves.`,
      }
  }
  return null
}

/** The same way, no farther than one setpoint may lead. */
function firstPart({ mount, longestAz }: GuardState, from: AzEl, leg: AzEl): AzEl {
  if (Math.abs(leg.az - from.az) <= longestAz) return leg
  return advance(mount, from, leg, longestAz / mount.azRate)
}

/** The end of the next leg towards `goal`, or null when there is no way that stays out of every zone. */
export function nextLeg(state: GuardState, goal: AzEl, at: number): AzEl | null {
  const { position, motion } = state
  if (position === null) return null
  const mount = effectiveMount(state)
  const whole = route(mount, position, goal)?.[0]
  if (whole === undefined) return null
  const leg = firstPart(state, position, whole)
  // What is checked is what leaves: the controller has nothing to round.
  const target = onGrid(mount, state.steps, leg)
  if (target === null || violation(mount, target.az, target.el) !== null) return null
  // The mount has moved on since the reading: the way must be free from there too.
  const now = drifted(mount, position, motion, at)
  return pathViolation(mount, now, target) === null ? target : null
}

/** Can the controller be told this position, and may it be: inside the limits, out of every zone, on its own steps? */
export function isTellable(state: GuardState, target: AzEl): boolean {
  const mount = effectiveMount(state)
  const step = onGrid(mount, state.steps, target)
  return step?.az === target.az && step.el === target.el && violation(mount, target.az, target.el) === null
}

/**
 * Why the setpoint of the motion must not leave for the driver at this moment, or null. It looks at nothing but the
 * state and the clock, and trusts no decision made before.
 */
export function blockedBy(state: GuardState, at: number): ErrorCode | null {
  const { motion, position, isDoubted, hold, barred, lease } = state
  if (hold !== null || barred !== null) return hold ?? barred
  if (motion === null || motion.hasArrived) return 'stopped_by_person'
  if (motion.until !== null && !(at < motion.until)) return 'expired'
  if (motion.source === 'door' && (lease === null || !(at < lease))) return 'no_lease'
  // Nothing moves blindly: where the mount is now must be known, not where it was.
  if (position === null || isDoubted || !(at - position.at <= POSITION_FRESH_MS)) return 'driver_failed'
  if (!isTellable(state, motion.setpoint)) return 'out_of_limits'
  return pathViolation(effectiveMount(state), position, motion.setpoint)
}

/** The last gate: the setpoint that may leave for the driver at this moment, or null. */
export const clearance = (state: GuardState, at: number): AzEl | null =>
  blockedBy(state, at) === null ? (state.motion?.setpoint ?? null) : null

const leaps = (from: number, to: number, rate: number, seconds: number): boolean =>
  Math.abs(to - from) > rate * seconds * BELIEF_FACTOR + BELIEF_SLACK_DEG

/** Could the mount have got from its last position to this one? An encoder that jumps is an encoder that lies. */
export function isBelievable(state: GuardState, next: AzEl, at: number): boolean {
  // Written so that NaN fails. No mount of ours has more travel than the schema of its messages.
  if (!(next.az >= -720 && next.az <= 1080 && next.el >= -90 && next.el <= 180)) return false
  const { position, mount } = state
  if (position === null) return true
  const seconds = Math.max(0, at - position.at) / SECOND
  return (
    !leaps(position.az, next.az, mount.azRate, seconds) && !leaps(position.el, next.el, mount.elRate, seconds)
  )
}

/** Degrees outside the travel of the axes. */
function overrun(mount: Mount, p: AzEl): number {
  return Math.max(mount.azMin - p.az, p.az - mount.azMax, mount.elMin - p.el, p.el - mount.elMax, 0)
}

const deepInZone = (mount: Mount, p: AzEl): boolean =>
  !sweepIsClear(mount, [{ az: wrap360(p.az), el: p.el + (p.el <= 90 ? OVERRUN_DEG : -OVERRUN_DEG) }])

const height = (p: AzEl): number => (p.el <= 90 ? p.el : 180 - p.el)

/** Has the mount been seen to leave its limits, or to go deeper into a zone, since the last reading? */
export function ranAway(mount: Mount, from: AzEl, to: AzEl): 'out_of_limits' | 'keep_out' | null {
  const beyond = overrun(mount, to)
  if (beyond > OVERRUN_DEG && beyond > overrun(mount, from) + NOISE_DEG) return 'out_of_limits'
  const isClimbing = height(to) > height(from) - NOISE_DEG && Math.abs(to.az - from.az) <= NOISE_DEG
  return deepInZone(mount, to) && !isClimbing ? 'keep_out' : null
}
