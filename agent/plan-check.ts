/**
 * May this station run this plan? Asked once, when the plan comes, so that a pass does not fail at its first setpoint.
 * @module
 */
import type { Mount, Plan } from '../shared/messages.js'
import { pathViolation, violation } from '../shared/mount/limits.js'
import { route } from '../shared/mount/slew.js'
import { iso, SECOND } from '../shared/time.js'
import type { Refusal } from './guard/state.js'
import type { StoredPlan } from './plan-store.js'
import { setpointAt, trackOf } from './setpoint.js'

/** Rounding of tables to two or three decimals, at samples as close as 100 ms. */
const RATE_TOLERANCE = 1.02
const RATE_SLACK_DEG = 0.02
/** The agent sends four setpoints a second: that is where the curve is looked at. */
const TICK_MS = 250

function timesFault(plan: Plan, nowMs: number): Refusal | null {
  const aos = Date.parse(plan.aos)
  const tca = Date.parse(plan.tca)
  const los = Date.parse(plan.los)
  const t0 = Date.parse(plan.t0)
  const end = t0 + (plan.az.length - 1) * plan.dtMs
  const wrong = (detail: string): Refusal => ({ code: 'plan_invalid', detail })
  if (!(aos < los && aos <= tca && tca <= los)) return wrong('AOS, TCA and LOS are not in this order.')
  if (t0 > aos || end < los)
    return wrong(`The table reaches from ${plan.t0} to ${iso(end)}; the pass is ${plan.aos} to ${plan.los}.`)
  if (Date.parse(plan.prepassAt) > aos) return wrong(`prepassAt ${plan.prepassAt} is after AOS ${plan.aos}.`)
  if (los <= nowMs) return { code: 'expired', detail: `The pass was over at ${plan.los}.` }
  return null
}

function rateFault(mount: Mount, plan: Plan): Refusal | null {
  const seconds = plan.dtMs / SECOND
  const axes = [
    { values: plan.az, rate: mount.azRate, name: 'azimuth' },
    { values: plan.el, rate: mount.elRate, name: 'elevation' },
  ]
  for (const { values, rate, name } of axes)
    for (const [i, value] of values.entries()) {
      const moved = Math.abs(value - (values[i - 1] ?? value))
      if (moved > rate * seconds * RATE_TOLERANCE + RATE_SLACK_DEG)
        return {
          code: 'rate_exceeded',
          detail: `Sample ${i}: the ${name} moves ${moved.toFixed(2)} degrees in ${seconds} s; this mount moves ${rate} a second.`,
        }
    }
  return null
}

function spaceFault(mount: Mount, plan: Plan): Refusal | null {
  const track = trackOf(plan)
  const end = track.t0Ms + (plan.az.length - 1) * plan.dtMs
  const step = Math.min(TICK_MS, plan.dtMs)
  let before = setpointAt(mount, track, track.t0Ms)
  for (let t = track.t0Ms; t <= end; t += step) {
    const here = setpointAt(mount, track, t)
    const code = violation(mount, here.az, here.el) ?? pathViolation(mount, before, here)
    if (code !== null)
      return {
        code,
        detail: `At ${iso(t)} the track is at az ${here.az.toFixed(2)}, el ${here.el.toFixed(2)}.`,
      }
    before = here
  }
  const waiting = { az: plan.prepassAz, el: plan.prepassEl }
  const code = violation(mount, waiting.az, waiting.el)
  if (code !== null) return { code, detail: `The prepass position is at az ${waiting.az}, el ${waiting.el}.` }
  if (route(mount, waiting, setpointAt(mount, track, Date.parse(plan.aos))) === null)
    return { code: 'keep_out', detail: 'From the prepass position there is no way to the track.' }
  return null
}

/** Times at which two plans want the antenna; a prepass waits for the pass before it. */
function overlaps(a: Plan, b: Plan): boolean {
  return Date.parse(a.aos) < Date.parse(b.los) && Date.parse(b.aos) < Date.parse(a.los)
}

/** Why this plan must be refused, or null. `held` are the plans that are not done, this contact's own left out. */
export function planFault(
  mount: Mount,
  plan: Plan,
  held: readonly StoredPlan[],
  nowMs: number,
): Refusal | null {
  const fault = timesFault(plan, nowMs) ?? rateFault(mount, plan) ?? spaceFault(mount, plan)
  if (fault !== null) return fault
  const other = held.find((h) => h.contactId !== plan.contactId && overlaps(h.plan, plan))
  if (other === undefined) return null
  return {
    code: 'busy',
    detail: `Contact ${other.contactId} has the antenna from ${other.plan.aos} to ${other.plan.los}. Withdraw it first.`,
  }
}
