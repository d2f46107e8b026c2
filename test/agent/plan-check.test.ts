import fc from 'fast-check'
import t from 'tap'
import { planFault, trackOf } from '../../agent/plan-check.js'
import type { Plan } from '../../shared/messages.js'
import { violation } from '../../shared/mount/limits.js'
import { planPath } from '../../shared/mount/path.js'
import { positionAt } from '../../shared/mount/track.js'
import { makePlan } from '../support/agent-bench.js'
import { anyMount, MOUNT } from '../support/mounts.js'
import { anyPass, type TestPass } from '../support/passes.js'

/** What a director that knows the mount makes of a pass. */
function planFor(pass: TestPass, az: readonly number[], el: readonly number[]): Plan {
  const plan = makePlan({ inS: 600, lengthS: 5, prepassInS: 500, az: () => 0, el: () => 0 })
  const aos = Date.parse(plan.aos)
  const los = aos + (az.length - 1) * pass.dtMs
  return {
    ...plan,
    los: new Date(los).toISOString(),
    tca: new Date((aos + los) / 2).toISOString(),
    dtMs: pass.dtMs,
    az: [...az],
    el: [...el],
    rangeRate: az.map(() => 0),
    prepassAz: az[0] ?? 0,
    prepassEl: el[0] ?? 0,
  }
}

t.test('every path that the director may choose is taken by the agent', (t) => {
  let tried = 0
  fc.assert(
    fc.property(anyMount, anyPass, (mount, pass) => {
      const path = planPath(mount, pass)
      if (path === null) return true
      tried += 1
      const fault = planFault(mount, planFor(pass, path.az, path.el), [], Date.now())
      if (fault !== null) throw new Error(`${fault.code}: ${fault.detail}`)
      return true
    }),
    { numRuns: 150 },
  )
  t.ok(tried > 30, `${tried} paths`)
  t.end()
})

t.test('a plan that is taken asks for nothing forbidden at any moment', (t) => {
  const wild = fc.record({
    az: fc.array(fc.double({ min: -50, max: 500, noNaN: true }), { minLength: 12, maxLength: 12 }),
    el: fc.array(fc.double({ min: -5, max: 95, noNaN: true }), { minLength: 12, maxLength: 12 }),
  })
  const keepOut = [{ azFrom: 350, azTo: 40, elBelow: 30 }]
  const mount = { ...MOUNT, azRate: 100, elRate: 100, keepOut }
  fc.assert(
    fc.property(wild, ({ az, el }) => {
      const plan = planFor({ az, el, dtMs: 10_000 }, az, el)
      if (planFault(mount, plan, [], Date.now()) !== null) return true
      const track = trackOf(plan)
      for (let ms = 0; ms <= 110_000; ms += 250) {
        const p = positionAt(track, track.t0Ms + ms)
        if (violation(mount, p.az, p.el) !== null) return false
      }
      return true
    }),
    { numRuns: 2000 },
  )
  t.end()
})
