import fc from 'fast-check'
import t from 'tap'
import type { Mount } from '../../../shared/messages.js'
import { planPath } from '../../../shared/mount/path.js'
import { onTargetSeconds } from '../../../shared/mount/value.js'
import { anyMount, MOUNT } from '../../support/mounts.js'
import { anyPass, straightPass, type TestPass } from '../../support/passes.js'

const coarse = (pass: TestPass, every: number): TestPass => ({
  az: pass.az.filter((_, i) => i % every === 0),
  el: pass.el.filter((_, i) => i % every === 0),
  dtMs: pass.dtMs * every,
})
const length = (pass: TestPass) => ((pass.az.length - 1) * pass.dtMs) / 1000

t.test('a pass that fits counts whole, one over a stop less, one that cannot be followed little', (t) => {
  const pass = straightPass({ maxEl: 50, azAtTop: 90 })
  t.equal(onTargetSeconds(MOUNT, pass), length(pass))
  const stopped = onTargetSeconds({ ...MOUNT, azMin: 100, azMax: 350, beamwidth: 10 }, pass)
  t.ok(stopped > 0 && stopped < 0.7 * length(pass), `${stopped} s`)
  const crawling: Mount = { ...MOUNT, azRate: 0.05, elRate: 0.05, beamwidth: 2 }
  t.ok(onTargetSeconds(crawling, pass) < 0.3 * length(pass))
  t.equal(onTargetSeconds(MOUNT, { az: [], el: [], dtMs: 1000 }), 0)
  t.end()
})

t.test('the value from a coarse track agrees with the plan from a fine one', (t) => {
  let [sum, n] = [0, 0]
  fc.assert(
    fc.property(anyMount, anyPass, (mount, pass) => {
      const fine = (planPath(mount, pass)?.onTarget ?? 0) * length(pass)
      const every = Math.round(10_000 / pass.dtMs)
      const off = Math.abs(onTargetSeconds(mount, coarse(pass, every)) - fine)
      sum += off
      n += 1
      return off < 0.35 * length(pass) + 20
    }),
    { numRuns: 200 },
  )
  t.ok(sum / n < 10, `${sum / n} s off in the mean`)
  t.end()
})
