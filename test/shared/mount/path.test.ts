import fc from 'fast-check'
import t from 'tap'
import { wrap360 } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { planPath } from '../../../shared/mount/path.js'
import { anyMount, MOUNT } from '../../support/mounts.js'
import { anyPass, straightPass } from '../../support/passes.js'
import { pathFault } from '../../support/paths.js'

const northCrossing = {
  az: [300, 320, 340, 0, 20, 40, 60],
  el: [10, 20, 25, 27, 25, 20, 10],
  dtMs: 10_000,
}

t.test('a pass over north stays on one branch: no unwinding inside the pass', (t) => {
  const path = planPath(MOUNT, northCrossing)
  t.same(path?.az, [300, 320, 340, 360, 380, 400, 420])
  t.match(path, { turns: 0, flip: false, unwindsAt: null })
  const centred = planPath({ ...MOUNT, azMin: -180, azMax: 180 }, northCrossing)
  t.same(centred?.az, [-60, -40, -20, 0, 20, 40, 60])
  t.equal(centred?.turns, -1)
  t.end()
})

t.test('of equal branches the nearer one is taken', (t) => {
  const east = { az: [80, 90, 100], el: [10, 12, 10], dtMs: 10_000 }
  const wide: Mount = { ...MOUNT, azMin: -180, azMax: 540 }
  t.equal(planPath(wide, east, { az: 500, el: 10 })?.turns, 1)
  t.equal(planPath(wide, east, { az: -20, el: 10 })?.turns, 0)
  t.end()
})

t.test('a pass is flipped only where the elevation axis goes beyond the zenith', (t) => {
  const oneTurn: Mount = { ...MOUNT, azMax: 360 }
  const flipped = planPath({ ...oneTurn, elMax: 180 }, northCrossing)
  t.equal(flipped?.flip, true)
  t.same(flipped?.az, [120, 140, 160, 180, 200, 220, 240])
  t.same(flipped?.el, [170, 160, 155, 153, 155, 160, 170])
  t.equal(planPath(oneTurn, northCrossing)?.flip, false)
  t.end()
})

t.test('over the top is better than round the zenith', (t) => {
  const high = straightPass({ maxEl: 89.5, azAtTop: 200 })
  const narrow: Mount = { ...MOUNT, azRate: 3, beamwidth: 2 }
  const round = planPath(narrow, high)
  const over = planPath({ ...narrow, elMax: 180 }, high)
  t.ok(round !== null && round.onTarget < 1, `round ${round?.onTarget}`)
  t.ok(over !== null && over.onTarget === 1 && over.flip, `over ${over?.onTarget}`)
  t.end()
})

t.test('where no branch holds a pass the unwinding is planned, and pays', (t) => {
  const pass = straightPass({ maxEl: 30, azAtTop: 0 })
  const oneTurn: Mount = { ...MOUNT, azMin: 0, azMax: 360 }
  const path = planPath(oneTurn, pass)
  t.ok(path !== null && path.unwindsAt !== null && path.onTarget > 0.85, JSON.stringify(path?.onTarget))
  const slow = planPath({ ...oneTurn, azRate: 0.6 }, pass)
  t.equal(slow?.unwindsAt, null, 'a mount that would still turn at LOS keeps the longer part')
  t.ok(slow !== null && slow.onTarget > 0.5)
  t.end()
})

t.test('a pass that goes a little beyond a stop is waited for there, inside the beam', (t) => {
  const pass = straightPass({ maxEl: 30, azAtTop: 90 })
  const first = Math.min(...pass.az)
  const path = planPath({ ...MOUNT, azMin: first + 5, azMax: first + 300 }, pass)
  t.match(path, { onTarget: 1, unwindsAt: null })
  t.ok((path?.maxErrDeg ?? 0) < 8.01)
  t.end()
})

t.test('any mount, any pass: limits, keep-out and rates are kept, and the path says what it is', (t) => {
  let unwound = 0
  fc.assert(
    fc.property(anyMount, fc.boolean(), anyPass, (wide, isOneTurn, pass) => {
      const mount = isOneTurn ? { ...wide, azMax: wide.azMin + 360, elMax: 90 } : wide
      const path = planPath(mount, pass)
      if (path === null) return mount.keepOut.length > 0
      const found = pathFault(mount, pass, path)
      if (found !== null) throw new Error(found)
      if (path.unwindsAt !== null) unwound += 1
      const az0 = path.az[0] ?? 0
      return (
        Math.abs(az0 - (wrap360(az0) + 360 * path.turns)) < 1e-6 && path.flip === path.el.some((e) => e > 90)
      )
    }),
    { numRuns: 200 },
  )
  t.ok(unwound > 3, `${unwound} with an unwinding`)
  t.end()
})
