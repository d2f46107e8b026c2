/**
 * The guard: state and event in, state and act out. It is the last code before the driver and knows nothing of plans,
 * the network or the wall clock (design section 8).
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { ErrorCode } from '../../shared/errors.js'
import { MANUAL_LIFETIME_MS } from '../../shared/messages.js'
import { intersect, violation, within } from '../../shared/mount/limits.js'
import { SECOND } from '../../shared/time.js'
import {
  barredRefusal,
  blockedBy,
  effectiveMount,
  isBelievable,
  isTellable,
  nearestStep,
  nextLeg,
  ranAway,
  refuse,
  refuseLease,
  refuseRelease,
} from './rules.js'
import type { Decision, Ending, GuardEvent, GuardState, Motion, Order, Position, ReleaseBy } from './state.js'
import { ARRIVAL_DEG, near, restingFrom, watchMotion, watchRest } from './watch.js'

/** Design section 8: 3 misses degraded, 5 stop and safe hold; a miss is a second without a position. */
export const MISSES_DEGRADED = 3
export const MISSES_HOLD = 5
/** A refused connection answers at once; five of them are not five seconds. */
const MISS_SPACING_MS = SECOND
const still = (state: GuardState): Decision => ({ state, act: null, refusal: null, ending: null })

const endingOf = (motion: Motion | null, how: Ending['how'], code: ErrorCode | null): Ending | null =>
  motion === null || motion.hasArrived ? null : { id: motion.id, source: motion.source, how, code }

/** Everything halts: whoever had the antenna has it no more. */
function halt(state: GuardState, at: number, code: ErrorCode, changes: Partial<GuardState> = {}): Decision {
  return {
    state: { ...state, motion: null, claim: null, rest: restingFrom(at), ...changes },
    act: 'stop',
    refusal: null,
    ending: endingOf(state.motion, 'stopped', code),
  }
}

/** Latches: the mount holds still until somebody releases it. */
const latch = (state: GuardState, at: number, code: ErrorCode): Decision =>
  halt(state, at, code, { hold: state.hold ?? code, lease: null })

/** G8: motion by hand has an end, whoever forgot to say one. Written so that NaN ends at once. */
function endOf({ source, lifetimeMs }: Order, at: number): number | null {
  if (lifetimeMs === null) return source === 'manual' ? at + MANUAL_LIFETIME_MS : null
  const life = lifetimeMs > 0 ? lifetimeMs : 0
  return at + (source === 'manual' ? Math.min(life, MANUAL_LIFETIME_MS) : life)
}

function onOrder(state: GuardState, order: Order, at: number): Decision {
  const refusal = refuse(state, order, at)
  if (refusal !== null) return { ...still(state), refusal }
  const leg = nextLeg(state, order.goal, at)
  if (leg === null || state.position === null)
    return {
      ...still(state),
      refusal: {
        code: 'keep_out',
        detail: `There is no way to az ${order.goal.az}, el ${order.goal.el} round the keep-out zones.`,
      },
    }
  const before = state.motion
  const continues = before !== null && before.id === order.id && before.source === order.source
  const motion: Motion = {
    id: order.id,
    source: order.source,
    goal: order.goal,
    goalAt: at,
    setpoint: leg,
    until: endOf(order, at),
    isSent: false,
    hasArrived: false,
    movedFrom: continues ? before.movedFrom : state.position,
    movedAt: continues ? before.movedAt : at,
    away: continues ? before.away : { az: 0, el: 0 },
  }
  return {
    state: { ...state, motion, rest: null },
    act: 'go',
    refusal: null,
    ending: continues ? null : endingOf(before, 'superseded', null),
  }
}

/** A long way that is gone in parts goes on before a part is over: the mount need not stop. */
function isHalfway({ longestAz }: GuardState, { setpoint, goal }: Motion, position: Position): boolean {
  const isPart = Number.isFinite(longestAz) && Math.abs(goal.az - setpoint.az) > ARRIVAL_DEG
  return isPart && Math.abs(setpoint.az - position.az) <= longestAz / 2
}

/** The mount where it was told to be, or on to the next leg. */
function onProgress(
  state: GuardState,
  motion: Motion,
  before: Position | null,
  position: Position,
): Decision {
  const watched = watchMotion(state, motion, before, position)
  if (typeof watched === 'string') return latch(state, position.at, watched)
  const next = { ...state, motion: watched }
  // A small step is not over before it has begun.
  if (!motion.isSent) return still(next)
  if (near(position, nearestStep(state, motion.goal), ARRIVAL_DEG)) {
    // A plan goes on following; only orders that come once are over.
    if (motion.source === 'plan') return still(next)
    const arrived = { ...watched, hasArrived: true, until: null }
    return {
      ...still({ ...next, motion: arrived, rest: restingFrom(position.at) }),
      ending: endingOf(motion, 'arrived', null),
    }
  }
  const isThere = near(position, motion.setpoint, ARRIVAL_DEG)
  if (!isThere && !isHalfway(next, motion, position)) return still(next)
  const leg = nextLeg(next, motion.goal, position.at)
  if (!isThere && (leg === null || near(leg, motion.setpoint, ARRIVAL_DEG))) return still(next)
  if (leg === null) return halt(state, position.at, 'keep_out')
  return { ...still({ ...next, motion: { ...watched, setpoint: leg, isSent: false } }), act: 'go' }
}

/** A mount that should stand still. One that moves is told to stop, again and again, then held. */
function onRest(state: GuardState, position: Position): Decision {
  const { rest, must } = watchRest(state, position)
  if (must === 'latch') return latch(state, position.at, 'uncommanded_motion')
  const next = { ...state, rest }
  // What has arrived is over: nothing of it may be sent again.
  return must === null ? still(next) : { ...still({ ...next, motion: null }), act: 'stop' }
}

function onMissed(state: GuardState, at: number): Decision {
  if (at - state.missedAt < MISS_SPACING_MS) return still(state)
  const next = { ...state, misses: state.misses + 1, missedAt: at }
  // A rotator never yet heard of has not been moved by us: say so, but latch nothing.
  if (next.misses < MISSES_HOLD || next.hold !== null || next.position === null) return still(next)
  return latch(next, at, 'driver_failed')
}

/** Nothing moves on a guess. It ends when somebody has looked at the cable. */
function onTurnUnknown(state: GuardState, at: number): Decision {
  const next = { ...state, position: null, misses: 0 }
  return state.hold === null ? latch(next, at, 'turn_unknown') : still(next)
}

/** The next reading is believed, and tells where the mount is. */
const onTurnStated = (state: GuardState): Decision =>
  still({
    ...state,
    hold: state.hold === 'turn_unknown' ? null : state.hold,
    position: null,
    misses: 0,
    rest: null,
  })

function onRelease(state: GuardState, by: ReleaseBy): Decision {
  if (state.hold === null) return still(state)
  const refusal = refuseRelease(state, by)
  if (refusal !== null) return { ...still(state), refusal }
  // The next reading is believed, wherever it is: a person has looked.
  return still({ ...state, hold: null, misses: 0, sendFailures: 0, position: null, rest: null })
}

function onMeasured(state: GuardState, reading: AzEl, at: number): Decision {
  if (!isBelievable(state, reading, at)) return onMissed({ ...state, isDoubted: true }, at)
  const before = state.position
  const position: Position = { az: reading.az, el: reading.el, at }
  const next: GuardState = {
    ...state,
    position,
    isDoubted: false,
    misses: 0,
    missedAt: Number.NEGATIVE_INFINITY,
  }
  if (before !== null && next.hold === null) {
    const code = ranAway(next.mount, before, position)
    if (code !== null) return latch(next, at, code)
  }
  const { motion } = next
  return motion === null || motion.hasArrived
    ? onRest(next, position)
    : onProgress(next, motion, before, position)
}

function onSent(state: GuardState, target: AzEl): Decision {
  const { motion } = state
  const isThis = motion?.setpoint.az === target.az && motion.setpoint.el === target.el
  return still({ ...state, sendFailures: 0, motion: isThis ? { ...motion, isSent: true } : motion })
}

function onSendFailed(state: GuardState, at: number): Decision {
  if (at - state.sendFailedAt < MISS_SPACING_MS) return still(state)
  const next = { ...state, sendFailures: state.sendFailures + 1, sendFailedAt: at }
  return next.sendFailures < MISSES_HOLD || next.hold !== null
    ? still(next)
    : latch(next, at, 'driver_failed')
}

function onTighten(state: GuardState, asked: Extract<GuardEvent, { kind: 'tighten' }>): Decision {
  const { limits, at } = asked
  const { mount, motion } = state
  const isInside =
    within(mount, limits.azMin, limits.elMin) &&
    within(mount, limits.azMax, limits.elMax) &&
    intersect(limits, limits) !== null
  if (!isInside)
    return {
      ...still(state),
      refusal: {
        code: 'looser_than_local',
        detail: `The limits must lie within az ${mount.azMin}..${mount.azMax}, el ${mount.elMin}..${mount.elMax}.`,
      },
    }
  const next = { ...state, tightened: limits }
  const isOutside =
    motion !== null && violation(effectiveMount(next), motion.setpoint.az, motion.setpoint.el) !== null
  return isOutside ? halt(next, at, 'out_of_limits') : still(next)
}

/** Another controller, or other limits of it: what was on its way may be nothing for it. */
function onDriver(state: GuardState, told: Extract<GuardEvent, { kind: 'driver' }>): Decision {
  const { mount, steps, at } = told
  if (mount === null) return latch(state, at, 'out_of_limits')
  const next = { ...state, mount, steps }
  const { motion } = state
  return motion === null || motion.hasArrived || isTellable(next, motion.setpoint)
    ? still(next)
    : halt(next, at, 'limits_mismatch')
}

/** A plan takes the antenna: whatever was done by hand or on the way to park ends here. */
function onClaim(state: GuardState, id: string, at: number): Decision {
  if (state.claim === id) return still(state)
  const next = { ...state, motion: null, claim: id, lease: null }
  if (state.motion === null || state.motion.hasArrived) return still(next)
  return {
    ...still({ ...next, rest: restingFrom(at) }),
    act: 'stop',
    ending: endingOf(state.motion, 'superseded', null),
  }
}

/** Programs at the door may move the mount until then; null: no more, and what they began ends. */
function onLease(state: GuardState, until: number | null, at: number): Decision {
  if (until !== null) {
    const refusal = refuseLease(state)
    return refusal === null ? still({ ...state, lease: until }) : { ...still(state), refusal }
  }
  const next = { ...state, lease: null }
  return state.motion?.source === 'door' ? halt(next, at, 'expired') : still(next)
}

/** Decides. Nothing else in the agent may lead to a motion. */
export function decide(state: GuardState, event: GuardEvent): Decision {
  const { at } = event
  switch (event.kind) {
    case 'order':
      return onOrder(state, event.order, at)
    case 'measured':
      return onMeasured(state, event.position, at)
    case 'missed':
      return onMissed(state, at)
    case 'turn_unknown':
      return onTurnUnknown(state, at)
    case 'turn_stated':
      return onTurnStated(state)
    case 'sent':
      return onSent(state, event.target)
    case 'send_failed':
      return onSendFailed(state, at)
    case 'blocked':
      // A plan tries again at its next tick, and all do once the position is sure; else an order that comes once is over.
      return state.isDoubted ||
        state.motion === null ||
        state.motion.hasArrived ||
        state.motion.source === 'plan'
        ? still(state)
        : halt(state, at, blockedBy(state, at) ?? 'keep_out')
    case 'tick': {
      // Dead-man (G8): motion by hand ends with its authority.
      const until = state.motion?.until ?? null
      if (until !== null && at >= until) return halt(state, at, 'expired')
      return state.lease !== null && at >= state.lease ? onLease(state, null, at) : still(state)
    }
    case 'stop':
      return halt(state, at, 'stopped_by_person', event.by === 'door' ? {} : { lease: null })
    case 'hold':
      // Over any other: only the one made beside the antenna waits for somebody there.
      return halt(state, at, 'stopped_by_person', { hold: 'held_at_station', lease: null })
    case 'lease':
      return onLease(state, event.until, at)
    case 'claim':
      if (state.hold !== null)
        return {
          ...still(state),
          refusal: { code: 'safe_hold', detail: `The station holds (${state.hold}).` },
        }
      if (state.barred !== null) return { ...still(state), refusal: barredRefusal(state.barred) }
      if (state.claim !== null && state.claim !== event.id)
        return {
          ...still(state),
          refusal: { code: 'busy', detail: `Contact ${state.claim} has the antenna.` },
        }
      return onClaim(state, event.id, at)
    case 'unclaim':
      if (state.claim !== event.id) return still(state)
      return { ...halt(state, at, 'stopped_by_person'), ending: null }
    case 'release':
      return onRelease(state, event.by)
    case 'bar':
      if (event.code === null) return still({ ...state, barred: null })
      return halt(state, at, event.code, { barred: event.code, lease: null })
    case 'tighten':
      return onTighten(state, event)
    case 'driver':
      return onDriver(state, event)
  }
}
