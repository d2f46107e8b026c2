import fc from 'fast-check'
import t from 'tap'
import { separation, wrap360 } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { branches, planBranch, unwrapAzimuth } from '../../../shared/mount/branch.js'
import { violation } from '../../../shared/mount/limits.js'
import { anyMount, MOUNT } from '../../support/mounts.js'
import { anyPass, straightPass } from '../../support/passes.js'

const northCrossing = {
  az: [300, 320, 340, 0, 20, 40, 60],
  el: [10, 20, 25, 27, 25, 20, 10],
}

t.test('an azimuth track is unwrapped over north, both ways', (t) => {
  t.same(unwrapAzimuth([350, 355, 2, 10]), [350, 355, 362, 370])
  t.same(unwrapAzimuth([5, 358, 350]), [5, -2, -10])
  t.same(unwrapAzimuth([-10, 10]), [350, 370])
  t.end()
})

t.test('a pass over north stays on one branch: no unwinding inside the pass', (t) => {
  t.same(planBranch(MOUNT, northCrossing)?.az, [300, 320, 340, 360, 380, 400, 420])
  t.equal(planBranch(MOUNT, northCrossing)?.turns, 0)
  t.equal(planBranch({ ...MOUNT, azMax: 360 }, northCrossing), null, 'one turn has no branch for it')
  const centred = planBranch({ ...MOUNT, azMin: -180, azMax: 180 }, northCrossing)
  t.same(centred?.az, [-60, -40, -20, 0, 20, 40, 60])
  t.equal(centred?.turns, -1)
  t.end()
})

t.test('of equal branches the nearer one is taken', (t) => {
  const east = { az: [80, 90, 100], el: [10, 12, 10] }
  const wide: Mount = { ...MOUNT, azMin: -180, azMax: 540 }
  t.equal(planBranch(wide, east, { az: 500, el: 10 })?.turns, 1)
  t.equal(planBranch(wide, east, { az: -20, el: 10 })?.turns, 0)
  t.end()
})

t.test('a pass is flipped only where the elevation axis reaches 180 degrees', (t) => {
  const oneTurn: Mount = { ...MOUNT, azMax: 360 }
  const flipped = planBranch({ ...oneTurn, elMax: 180 }, northCrossing)
  t.equal(flipped?.flip, true)
  t.same(flipped?.az, [120, 140, 160, 180, 200, 220, 240])
  t.same(flipped?.el, [170, 160, 155, 153, 155, 160, 170])
  t.equal(branches(oneTurn, northCrossing).length, 0)
  t.end()
})

t.test('a pass through the keyhole is shaped to the rates, and going over the top is better', (t) => {
  const high = straightPass({ maxEl: 88, azAtTop: 200 })
  const plain = planBranch(MOUNT, high)
  const over = planBranch({ ...MOUNT, elMax: 180 }, high)
  t.ok(plain !== null && plain.maxErrDeg < 6, `plain ${plain?.maxErrDeg}`)
  t.ok(over !== null && over.maxErrDeg < 3 && over.flip, `over the top ${over?.maxErrDeg}`)
  t.end()
})

t.test('a track that the mount can follow is left exactly as it is', (t) => {
  const low = straightPass({ maxEl: 30, azAtTop: 90 })
  const branch = planBranch(MOUNT, low)
  t.ok(branch !== null && branch.maxErrDeg < 1e-9)
  t.end()
})

t.test('a pass behind a keep-out has no branch', (t) => {
  const mast: Mount = { ...MOUNT, keepOut: [{ azFrom: 330, azTo: 350, elBelow: 40 }] }
  t.equal(planBranch(mast, northCrossing), null)
  t.end()
})

t.test('nonsense has no branch', (t) => {
  t.equal(planBranch(MOUNT, { az: [1], el: [1] }), null)
  t.equal(planBranch(MOUNT, { az: [1, 2], el: [1] }), null)
  t.equal(planBranch(MOUNT, { az: [1, Number.NaN], el: [1, 2] }), null)
  t.end()
})

t.test('every branch keeps limits, keep-out and rates, and points where it says', (t) => {
  fc.assert(
    fc.property(anyMount, anyPass, (mount, pass) =>
      branches(mount, pass).every((b) => {
        const steps = b.az.every(
          (a, i) =>
            i === 0 ||
            (Math.abs(a - (b.az[i - 1] ?? a)) <= (mount.azRate * pass.dtMs) / 1000 + 1e-6 &&
              Math.abs((b.el[i] ?? 0) - (b.el[i - 1] ?? 0)) <= (mount.elRate * pass.dtMs) / 1000 + 1e-6),
        )
        const isFree = b.az.every((a, i) => violation(mount, a, b.el[i] ?? 0) === null)
        const isTrue = b.az.every(
          (a, i) =>
            separation({ az: a, el: b.el[i] ?? 0 }, { az: pass.az[i] ?? 0, el: pass.el[i] ?? 0 }) <=
            b.maxErrDeg + 1e-6,
        )
        const az0 = b.az[0] ?? 0
        return steps && isFree && isTrue && Math.abs(az0 - (wrap360(az0) + 360 * b.turns)) < 1e-6
      }),
    ),
    { numRuns: 200 },
  )
  t.end()
})
