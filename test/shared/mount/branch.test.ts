import fc from 'fast-check'
import t from 'tap'
import type { Mount } from '../../../shared/messages.js'
import { branches, hurried, perfectBranches } from '../../../shared/mount/branch.js'
import { anyMount, MOUNT } from '../../support/mounts.js'
import { anyPass, straightPass } from '../../support/passes.js'
import { pathFault } from '../../support/paths.js'

t.test(
  'every branch, perfect, shaped or hurried, keeps limits, keep-out and rates, and errs as it says',
  (t) => {
    let tried = 0
    fc.assert(
      fc.property(anyMount, anyPass, (mount, pass) => {
        const shaped = branches(mount, pass)
        for (const b of [
          ...perfectBranches(mount, pass),
          ...shaped,
          ...shaped.slice(0, 2).map((s) => hurried(mount, pass, s)),
        ]) {
          tried += 1
          const found = pathFault(mount, pass, b)
          if (found !== null) throw new Error(found)
        }
        return true
      }),
      { numRuns: 60 },
    )
    t.ok(tried > 150, `${tried} branches`)
    t.end()
  },
)

t.test('a track that the mount can follow is left exactly as it is', (t) => {
  const low = straightPass({ maxEl: 30, azAtTop: 90 })
  t.ok(perfectBranches(MOUNT, low).every((b) => b.maxErrDeg < 1e-9 && b.onTarget === 1))
  t.equal(perfectBranches({ ...MOUNT, azMax: 540 }, low).length, 2, 'on both turns')
  t.end()
})

t.test('through the keyhole the azimuth leads and lags, and elevation makes up for part of it', (t) => {
  const high = straightPass({ maxEl: 88, azAtTop: 200 })
  t.equal(perfectBranches(MOUNT, high).length, 0)
  const [branch] = branches(MOUNT, high)
  t.ok(branch !== undefined && branch.maxErrDeg < 3 && branch.onTarget === 1, `${branch?.maxErrDeg}`)
  t.end()
})

t.test('at a stop the mount waits, and no longer than it must', (t) => {
  const pass = straightPass({ maxEl: 30, azAtTop: 0 })
  const oneTurn: Mount = { ...MOUNT, azMin: 0, azMax: 360 }
  const found = branches(oneTurn, pass)
  t.equal(found.length, 2, 'before north and behind it')
  t.ok(found.every((b) => b.onTarget > 0.5 && b.onTarget < 0.7))
  t.end()
})

t.test('over a keep-out the antenna is lifted in time', (t) => {
  const pass = straightPass({ maxEl: 60, azAtTop: 90 })
  const mast: Mount = { ...MOUNT, keepOut: [{ azFrom: 0, azTo: 30, elBelow: 35 }] }
  const [branch] = branches(mast, pass)
  t.ok(branch !== undefined && branch.maxErrDeg > 5 && branch.onTarget > 0.5, `${branch?.onTarget}`)
  const walled: Mount = { ...MOUNT, keepOut: [{ azFrom: 0, azTo: 359.9, elBelow: 95 }] }
  t.same(branches(walled, pass), [])
  t.end()
})

t.test('nonsense has no branch', (t) => {
  for (const track of [
    { az: [1], el: [1], dtMs: 1000 },
    { az: [1, 2], el: [1], dtMs: 1000 },
    { az: [1, Number.NaN], el: [1, 2], dtMs: 1000 },
  ]) {
    t.same(branches(MOUNT, track), [])
    t.same(perfectBranches(MOUNT, track), [])
  }
  t.end()
})
