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
  t.equal(plan.prepassAz, plan.az[0])
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

t.test(
  'a mount that cannot hold the pass on one branch gets no plan, and the reason is the right one',
  (t) => {
    t.throws(() => buildPlan(facts, satellite, SITE, mount({ azMin: 0, azMax: 1 }), NOW), {
      code: 'plan_invalid',
      detail: /^No branch of the mount \(azimuth 0..1,/,
    })
    const keepOut = [{ azFrom: 0, azTo: 359, elBelow: 20 }]
    t.throws(() => buildPlan(facts, satellite, SITE, mount({ keepOut }), NOW), {
      code: 'plan_invalid',
      detail: /keep-out/,
    })
    t.end()
  },
)

t.test('a mount that is too slow fails its dry run', (t) => {
  const slow = mount({ azRate: 0.01, elRate: 0.01, beamwidth: 0.5 })
  t.throws(() => buildPlan(facts, satellite, SITE, slow, NOW), { code: 'plan_invalid' })
  t.end()
})
