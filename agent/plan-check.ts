/**
 * May this station run this plan? Asked once, when the plan comes, so that a pass does not fail at its first setpoint.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import type { Mount, Plan } from '../shared/messages.js'
import { sweepIsClear, violation } from '../shared/mount/limits.js'
import { route } from '../shared/mount/slew.js'
import { positionAt, type SampledTrack } from '../shared/mount/track.js'
import { iso, SECOND } from '../shared/time.js'
import type { Refusal } from './guard/state.js'
import type { StoredPlan } from './plan-store.js'

/** Rounding of tables to two or three decimals, at samples as close as 100 ms. */
const RATE_TOLERANCE = 1.02
const RATE_SLACK_DEG = 0.02

export const trackOf = (plan: Plan): SampledTrack => ({
  t0Ms: Date.parse(plan.t0),
  dtMs: plan.dtMs,
  az: plan.az,
  el: plan.el,
})

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

/** The curve between two samples stays between them, so the samples and the sweeps from one to the next are enough. */
function spaceFault(mount: Mount, plan: Plan): Refusal | null {
  const points = plan.az.map((az, i): AzEl => ({ az, el: plan.el[i] ?? Number.NaN }))
  for (const [i, here] of points.entries()) {
    const code = violation(mount, here.az, here.el)
    if (code !== null) return { code, detail: `Sample ${i} is at az ${here.az}, el ${here.el}.` }
    if (!sweepIsClear(mount, [points[i - 1] ?? here, here]))
      return { code: 'keep_out', detail: `On the way to sample ${i}, az ${here.az}, el ${here.el}.` }
  }
  const waiting = { az: plan.prepassAz, el: plan.prepassEl }
  const code = violation(mount, waiting.az, waiting.el)
  if (code !== null) return { code, detail: `The prepass position is at az ${waiting.az}, el ${waiting.el}.` }
  if (route(mount, waiting, positionAt(trackOf(plan), Date.parse(plan.aos))) === null)
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
