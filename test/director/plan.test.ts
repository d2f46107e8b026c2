import fc from 'fast-check'
import t from 'tap'
import { buildPlan } from '../../director/plan.js'
import { tableErrorDeg, trackOf } from '../../director/table-error.js'
import { separation } from '../../shared/angles.js'
import { type Plan, planSchema } from '../../shared/messages.js'
import { violation } from '../../shared/mount/limits.js'
import { PREPASS_MARGIN_S } from '../../shared/mount/setup.js'
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
  ...{ prepassS: 0, downlinkHz: null, uplinkHz: null },
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
  for (let ms = pass.aos; ms <= pass.los; ms += 137)
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

t.test('frequencies, and how early the antenna is in place, are those of the contact', (t) => {
  const tuned = { ...facts, downlinkHz: 437_800_000, uplinkHz: 145_990_000, prepassS: 120 }
  const { plan } = buildPlan(tuned, satellite, SITE, mount(), 0)
  t.match(plan, { downlinkHz: 437_800_000, uplinkHz: 145_990_000 })
  const usual = buildPlan(facts, satellite, SITE, mount(), 0).plan
  t.notOk('downlinkHz' in usual || 'uplinkHz' in usual)
  t.equal(Date.parse(usual.prepassAt) - Date.parse(plan.prepassAt), (120 - PREPASS_MARGIN_S) * 1000)
  t.end()
})

t.test('the stated error of the table holds against the propagator, on any pass and mount', (t) => {
  const satellites = elements().map(satelliteFrom)
  const anySite = fc.record({
    lat: fc.double({ min: -89, max: 89, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
    altM: fc.integer({ min: 0, max: 4000 }),
  })
  const anyMount = fc.constantFrom(
    mount(),
    mount({ azMin: 0, azMax: 360 }),
    mount({ elMax: 180, azRate: 2 }),
    mount({ azRate: 2, elRate: 1, beamwidth: 30 }),
  )
  let [flown, worst] = [0, 0]
  fc.assert(
    fc.property(anySite, anyMount, fc.nat(satellites.length - 1), (site, of, which) => {
      const sat = satellites[which]
      const found = sat === undefined ? [] : findPasses(sat, site, NOW, NOW + 6 * HOUR, { minElevation: 1 })
      const one = found.find((p) => !p.clippedStart && !p.clippedEnd)
      if (sat === undefined || one === undefined) return
      const times = { aosMs: one.aos, tcaMs: one.tca, losMs: one.los }
      let plan: Plan
      try {
        plan = buildPlan({ ...facts, ...times }, sat, site, of, NOW).plan
      } catch {
        return
      }
      const stated = tableErrorDeg(plan, sat, site)
      const track = trackOf(plan)
      const off = (ms: number) => separation(positionAt(track, ms), lookAngles(sat, site, ms))
      for (let ms = one.aos; ms <= one.los; ms += 173) {
        const sample = Math.floor((ms - track.t0Ms) / track.dtMs) * track.dtMs + track.t0Ms
        const atSamples = Math.max(off(sample), off(sample + track.dtMs))
        if (off(ms) > atSamples + stated) throw new Error(`${off(ms)} at ${ms}, stated ${stated}`)
      }
      flown++
      worst = Math.max(worst, stated)
    }),
    { numRuns: 30 },
  )
  t.ok(flown > 8, `${flown} plans`)
  t.ok(worst > 0 && worst < 1, `worst stated error ${worst} degrees`)
  t.end()
})
