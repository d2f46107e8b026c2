import t from 'tap'
import { checkPlan } from '../../../core/planning/plan-check.js'
import type { Plan } from '../../../shared/messages.js'
import { HOUR, iso, MINUTE, SECOND } from '../../../shared/time.js'
import { hashOf, MOUNT, orbit, T0 } from './fixtures.js'

const omm = orbit(50_000, T0 - HOUR)
const [aos, los] = [T0 + HOUR, T0 + HOUR + 10 * MINUTE]
const contact = { id: 'contact-1', satelliteId: '50000', elementsHash: hashOf(omm), aos, los }
const samples = Array.from({ length: 11 }, (_, i) => i)
const plan = (more: Partial<Plan> = {}): Plan => ({
  contactId: contact.id,
  satelliteId: contact.satelliteId,
  satelliteName: 'SAT',
  omm,
  elementsHash: contact.elementsHash,
  aos: iso(aos),
  tca: iso(aos + 5 * MINUTE),
  los: iso(los),
  branch: { turns: 0, flip: false },
  t0: iso(aos),
  dtMs: MINUTE,
  az: samples.map((i) => 100 + i),
  el: samples.map(() => 40),
  rangeRate: samples.map(() => 0),
  prepassAz: 100,
  prepassEl: 40,
  prepassAt: iso(aos - MINUTE),
  onEnd: 'stop',
  ...more,
})
const check = (more: Partial<Plan>) => () => checkPlan(plan(more), contact, MOUNT)
const broken = (pointer: string) => ({ code: 'plan_invalid', options: { errors: [{ pointer }] } })
const outdated = (pointer: string) => ({ code: 'schedule_outdated', options: { errors: [{ pointer }] } })

t.test('A plan that fits its contact and its mount passes', async (t) => {
  t.doesNotThrow(check({}))
  t.doesNotThrow(check({ aos: iso(aos + 900), t0: iso(aos + 900) }), 'times agree to a second')
  t.doesNotThrow(check({ az: samples.map((i) => 440 + i) }), 'up to the very limit')
})

t.test('A plan for another contact or satellite is invalid', async (t) => {
  t.throws(check({ contactId: 'contact-2' }), broken('/plan/contactId'))
  t.throws(check({ satelliteId: '50001' }), broken('/plan/satelliteId'))
})

t.test('A plan for other times or elements is outdated', async (t) => {
  t.throws(check({ elementsHash: '0'.repeat(64) }), outdated('/plan/elementsHash'))
  t.throws(check({ aos: iso(aos + 1001) }), outdated('/plan/aos'))
  t.throws(check({ los: iso(los - 1001) }), outdated('/plan/los'))
})

t.test('The elements in a plan are those that its hash names', async (t) => {
  t.throws(check({ omm: { ...omm, INCLINATION: 97.6 } }), broken('/plan/omm'))
  t.throws(check({ omm: { ...omm, NORAD_CAT_ID: 50_001 } }), broken('/plan/omm/NORAD_CAT_ID'))
})

t.test('The table covers the pass and little more, and nobody waits for hours', async (t) => {
  t.throws(check({ t0: iso(aos + 1), dtMs: 61 * SECOND }), broken('/plan/t0'))
  t.throws(check({ t0: iso(aos - HOUR) }), broken('/plan/t0'))
  t.throws(check({ dtMs: 59 * SECOND }), broken('/plan/az'), 'ends before LOS')
  t.throws(
    check({ az: Array(30).fill(100), el: Array(30).fill(40), rangeRate: Array(30).fill(0) }),
    broken('/plan/az'),
  )
  t.throws(check({ tca: iso(aos - SECOND) }), broken('/plan/tca'))
  t.throws(check({ prepassAt: iso(aos + SECOND) }), broken('/plan/prepassAt'))
  t.throws(check({ prepassAt: iso(aos - HOUR - SECOND) }), broken('/plan/prepassAt'))
})

t.test('G1: no sample is outside the limits of the mount or in its keep-out', async (t) => {
  const at = (i: number, value: number, list: number[]) => list.map((v, k) => (k === i ? value : v))
  const { az, el } = plan()
  t.throws(check({ az: at(3, 451, az) }), broken('/plan/az/3'))
  t.throws(check({ az: at(3, -1, az) }), broken('/plan/az/3'))
  t.throws(check({ el: at(7, 91, el) }), broken('/plan/az/7'))
  t.throws(check({ az: at(5, 180, az), el: at(5, 29, el) }), broken('/plan/az/5'), 'keep-out')
  t.doesNotThrow(check({ az: at(5, 180, az) }), 'above the keep-out')
  t.throws(check({ prepassAz: 180, prepassEl: 10 }), broken('/plan/prepassAz'))
})
