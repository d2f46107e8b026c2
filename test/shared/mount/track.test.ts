import fc from 'fast-check'
import t from 'tap'
import { positionAt } from '../../../shared/mount/track.js'

const track = { t0Ms: 1000, dtMs: 500, az: [10, 20, 40, 30], el: [0, 5, 5, 1] }

t.test('the track goes through its samples and waits at its ends', (t) => {
  t.same(positionAt(track, 1000), { az: 10, el: 0 })
  t.same(positionAt(track, 1500), { az: 20, el: 5 })
  t.same(positionAt(track, 2500), { az: 30, el: 1 })
  t.same(positionAt(track, 0), { az: 10, el: 0 })
  t.same(positionAt(track, 99_999), { az: 30, el: 1 })
  t.end()
})

t.test('a parabola is met to rounding away from the ends', (t) => {
  const az = Array.from({ length: 20 }, (_, i) => i * i)
  const curve = { t0Ms: 0, dtMs: 1000, az, el: az.map(() => 45) }
  fc.assert(
    fc.property(fc.double({ min: 1, max: 18, noNaN: true }), (x) => {
      return Math.abs(positionAt(curve, x * 1000).az - x * x) < 1e-9
    }),
  )
  t.end()
})

t.test('a table of two samples is a straight line', (t) => {
  const line = { t0Ms: 0, dtMs: 1000, az: [0, 10], el: [0, 0] }
  t.equal(positionAt(line, 250).az, 2.5)
  t.end()
})
