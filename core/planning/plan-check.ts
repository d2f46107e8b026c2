/**
 * What core looks at before it puts its name under a plan. Pure. The agent's guard checks all of it again; a plan that
 * fails here never leaves the house.
 * @module
 */
import { type FieldError, TalosError } from '../../shared/errors.js'
import type { Mount, Plan } from '../../shared/messages.js'
import { violation } from '../../shared/mount/limits.js'
import { canonicalOmm } from '../../shared/orbit/canonical.js'
import { HOUR, iso, MINUTE, SECOND } from '../../shared/time.js'
import { sha256 } from '../crypto/secrets.js'

/** The row that the plan is for. Times in epoch ms. */
export interface PlannedContact {
  readonly id: string
  readonly satelliteId: string
  readonly elementsHash: string
  readonly aos: number
  readonly los: number
}

/** Times of plan and contact agree to this; more is another prediction. */
const TOLERANCE_MS = 1 * SECOND
/** The slowest rotators need a quarter of an hour for a whole turn; an antenna does not wait longer than this. */
const LONGEST_PREPASS_MS = 1 * HOUR
/** The table may go on beyond the pass by this much, at either end. */
const OVERHANG_MS = 10 * MINUTE
/** One wrong sample tells as much as a thousand. */
const MAX_ERRORS = 20

/**
 * @throws TalosError `schedule_outdated` when the plan is for facts that the contact no longer has; `plan_invalid`
 *   when it breaks a rule, naming the fields
 */
export function checkPlan(plan: Plan, contact: PlannedContact, mount: Mount): void {
  agree(plan, contact)
  const errors: FieldError[] = [...wrongTimes(plan), ...wrongElements(plan), ...wrongPositions(plan, mount)]
  const [first] = errors
  if (first === undefined) return
  throw new TalosError('plan_invalid', `${first.pointer}: ${first.detail}.`, {
    errors: errors.slice(0, MAX_ERRORS),
  })
}

function agree(plan: Plan, contact: PlannedContact): void {
  const near = (text: string, ms: number) => Math.abs(Date.parse(text) - ms) <= TOLERANCE_MS
  const differ = (field: keyof Plan, code: 'plan_invalid' | 'schedule_outdated', wanted: string) => {
    const detail = `is ${String(plan[field])}, the contact has ${wanted}`
    throw new TalosError(code, `/plan/${field}: ${detail}.`, {
      errors: [{ pointer: `/plan/${field}`, detail }],
    })
  }
  if (plan.contactId !== contact.id) differ('contactId', 'plan_invalid', contact.id)
  if (plan.satelliteId !== contact.satelliteId) differ('satelliteId', 'plan_invalid', contact.satelliteId)
  if (plan.elementsHash !== contact.elementsHash)
    differ('elementsHash', 'schedule_outdated', contact.elementsHash)
  if (!near(plan.aos, contact.aos)) differ('aos', 'schedule_outdated', iso(contact.aos))
  if (!near(plan.los, contact.los)) differ('los', 'schedule_outdated', iso(contact.los))
}

function* wrongTimes(plan: Plan): Generator<FieldError> {
  const at = (field: 'aos' | 'tca' | 'los' | 't0' | 'prepassAt') => Date.parse(plan[field])
  const [aos, tca, los, t0, prepassAt] = [at('aos'), at('tca'), at('los'), at('t0'), at('prepassAt')]
  const end = t0 + (plan.az.length - 1) * plan.dtMs
  if (tca < aos || tca > los)
    yield { pointer: '/plan/tca', detail: `${plan.tca} is not between ${plan.aos} and ${plan.los}` }
  if (t0 > aos || t0 < aos - OVERHANG_MS)
    yield { pointer: '/plan/t0', detail: `the table begins at ${plan.t0}, the pass at ${plan.aos}` }
  if (end < los || end > los + OVERHANG_MS)
    yield { pointer: '/plan/az', detail: `the table ends at ${iso(end)}, the pass at ${plan.los}` }
  if (prepassAt > aos || prepassAt < aos - LONGEST_PREPASS_MS)
    yield { pointer: '/plan/prepassAt', detail: `${plan.prepassAt} is not in the hour before ${plan.aos}` }
}

function* wrongElements({ omm, satelliteId, elementsHash }: Plan): Generator<FieldError> {
  if (String(omm.NORAD_CAT_ID) !== satelliteId)
    yield { pointer: '/plan/omm/NORAD_CAT_ID', detail: `${omm.NORAD_CAT_ID} is not satellite ${satelliteId}` }
  const hash = sha256(canonicalOmm(omm)).toString('hex')
  if (hash !== elementsHash)
    yield { pointer: '/plan/omm', detail: `hashes to ${hash}, not to the elements ${elementsHash}` }
}

/** Limits and keep-out of the mount at every sample, and where the antenna waits. */
function* wrongPositions({ az, el, prepassAz, prepassEl }: Plan, mount: Mount): Generator<FieldError> {
  const waiting = violation(mount, prepassAz, prepassEl)
  if (waiting !== null)
    yield { pointer: '/plan/prepassAz', detail: `azimuth ${prepassAz}, elevation ${prepassEl} is ${waiting}` }
  for (const [i, a] of az.entries()) {
    const e = el[i] ?? Number.NaN
    const wrong = violation(mount, a, e)
    if (wrong !== null) yield { pointer: `/plan/az/${i}`, detail: `azimuth ${a}, elevation ${e} is ${wrong}` }
  }
}
