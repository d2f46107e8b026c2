import fc from 'fast-check'
import t from 'tap'
import { onGrid } from '../../../shared/mount/grid.js'

const LIMITS = { azMin: 0, azMax: 359.6, elMin: -0.4, elMax: 90 }

t.test('the nearest step is taken, and at the edge the last one inside', (t) => {
  t.same(onGrid(LIMITS, { az: 1, el: 1 }, { az: 123.4, el: 45.6 }), { az: 123, el: 46 })
  t.same(onGrid(LIMITS, { az: 1, el: 1 }, { az: 359.6, el: -0.4 }), { az: 359, el: 0 })
  t.same(onGrid(LIMITS, { az: 2, el: 10 }, { az: 359.6, el: -0.4 }), { az: 359.5, el: -0.4 })
  t.same(onGrid({ ...LIMITS, azMax: 4.35 }, { az: 100, el: 100 }, { az: 4.35, el: 0 }), { az: 4.35, el: 0 })
  t.ok(Object.is(onGrid(LIMITS, { az: 1, el: 1 }, { az: 0, el: -0.2 })?.el, 0), 'never minus zero')
  t.end()
})

t.test('what is outside, or no number, or finds no step in the travel, has no position on the grid', (t) => {
  for (const az of [Number.NaN, Number.POSITIVE_INFINITY, -1, 359.7])
    t.equal(onGrid(LIMITS, { az: 1, el: 1 }, { az, el: 0 }), null, String(az))
  t.equal(
    onGrid({ ...LIMITS, azMin: 0.2, azMax: 0.8 }, { az: 1, el: 1 }, { az: 0.5, el: 0 }),
    null,
    'no whole degree lies there',
  )
  t.end()
})

t.test('G1: whatever the travel, rounding never leaves it and never goes further than one step', (t) => {
  const angle = fc.double({ min: -720, max: 1080, noNaN: true })
  const perDegree = fc.constantFrom(1, 2, 4, 5, 10, 100)
  fc.assert(
    fc.property(angle, angle, angle, perDegree, (a, b, c, n) => {
      const [azMin = 0, az = 0, azMax = 0] = [a, b, c].sort((x, y) => x - y)
      const limits = { azMin, azMax, elMin: 0, elMax: 90 }
      const found = onGrid(limits, { az: n, el: n }, { az, el: 45 })
      if (found === null) return azMax - azMin < 1 / n + 1e-9
      const isInside = found.az >= azMin && found.az <= azMax
      return isInside && Math.abs(found.az - az) < 1 / n + 1e-9 && Number.isInteger(Math.round(found.az * n))
    }),
    { numRuns: 5000 },
  )
  t.end()
})
