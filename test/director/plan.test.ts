import t from 'tap'
import { buildPlan } from '../../director/plan.js'
import { separation } from '../../shared/angles.js'
import { planSchema } from '../../shared/messages.js'
import { violation } from '../../shared/mount/limits.js'
import { positionAt } from '../../shared/mount/track.js'
import { lookAngles } from '../../shared/orbit/look.js'
import { findPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import { HOUR } from '../../shared/time.js'
import { elements, HASH, mount, NOW, SITE } from './fixtures.js'

const [omm] = elements()
if (omm === undefined) throw new Error('no training satellite')
const satellite = satelliteFrom(omm)
const [pass] = findPasses(satellite, SITE, NOW, NOW + HOUR, { minElevation: 10 })
if (pass === undefined) throw new Error('no pass')
const facts = {
  contactId: 'contact-1',
  satelliteId: String(omm.NORAD_CAT_ID),
  elementsHash: HASH,
  aosMs: pass.aos,
  tcaMs: pass.tca,
  losMs: pass.los,
  onEnd: 'stop' as const,
}

t.test('a plan fits its schema, keeps inside the mount and begins with the prepass position', (t) => {
  const { plan } = buildPlan(facts, satellite, SITE, mount(), NOW)
  t.ok(planSchema.safeParse(plan).success)
  t.ok(plan.az.every((az, i) => violation(mount(), az, plan.el[i] ?? Number.NaN) === null))
  const first = { az: plan.az[0] ?? 0, el: plan.el[0] ?? 0 }
  t.ok(separation({ az: plan.prepassAz, el: plan.prepassEl }, first) <= mount().beamwidth / 10)
  t.ok(Date.parse(plan.prepassAt) >= NOW && plan.prepassAt < plan.aos)
  t.end()
})

t.test('between its samples a plan points at the satellite within 0.02 degrees', (t) => {
  const { plan } = buildPlan(facts, satellite, SITE, mount(), NOW)
  const track = { t0Ms: Date.parse(plan.t0), dtMs: plan.dtMs, az: plan.az, el: plan.el }
  let worst = 0
  for (let ms = pass.aos; ms < pass.los - plan.dtMs; ms += 137)
    worst = Math.max(worst, separation(positionAt(track, ms), lookAngles(satellite, SITE, ms)))
  t.ok(worst < 0.02, `worst error ${worst}`)
  t.end()
})

t.test('a mount that reaches nothing of the pass gets no plan, and the reason is the right one', (t) => {
  t.throws(() => buildPlan(facts, satellite, SITE, mount({ azMin: 0, azMax: 1 }), NOW), {
    code: 'plan_invalid',
    detail: /^The mount \(azimuth 0..1, elevation 0..90\) reaches nothing/,
  })
  const keepOut = [{ azFrom: 0, azTo: 359, elBelow: 91 }]
  t.throws(() => buildPlan(facts, satellite, SITE, mount({ keepOut }), NOW), {
    code: 'plan_invalid',
    detail: /keep-out/,
  })
  t.end()
})

t.test('a mount that is too slow fails its dry run', (t) => {
  const slow = mount({ azRate: 0.01, elRate: 0.01, beamwidth: 0.5 })
  t.throws(() => buildPlan(facts, satellite, SITE, slow, NOW), { code: 'plan_invalid' })
  t.end()
})

t.test('a pass that no single branch holds gets a plan that says when it unwinds', (t) => {
  const [azMin, azMax] = [pass.tcaAz - 360, pass.tcaAz]
  const { plan, dryRun } = buildPlan(facts, satellite, SITE, mount({ azMin, azMax, azRate: 12 }), NOW)
  t.ok(planSchema.safeParse(plan).success)
  const { unwindAt } = plan.branch
  t.ok(unwindAt !== undefined && unwindAt > plan.aos && unwindAt < plan.los, String(unwindAt))
  t.ok(dryRun.onTarget > 0.7 && dryRun.onTarget < 1, `${dryRun.onTarget}`)
  t.end()
})

t.test('the dry run tells what the pass is worth: seconds, error and starts', (t) => {
  const { dryRun } = buildPlan(facts, satellite, SITE, mount(), NOW)
  t.ok(Math.abs(dryRun.onTargetS - (pass.los - pass.aos) / 1000) < 1)
  t.ok(dryRun.rmsErrDeg < mount().beamwidth / 20 && dryRun.maxErrDeg < mount().beamwidth / 10)
  t.ok(dryRun.starts > 10 && dryRun.starts < 600, `${dryRun.starts} starts`)
  t.end()
})

t.test('where play counts the antenna waits short of the pass', (t) => {
  const { plan } = buildPlan(facts, satellite, SITE, mount({ azBacklash: 4, beamwidth: 4 }), NOW)
  const [first = 0, later = 0] = [plan.az[0], plan.az[5]]
  t.ok(Math.abs(plan.prepassAz - (first - 2 * Math.sign(later - first))) < 0.001)
  t.end()
})
