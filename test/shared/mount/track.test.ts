import fc from 'fast-check'
import t from 'tap'
import { separation } from '../../../shared/angles.js'
import { unwrapAzimuth } from '../../../shared/mount/sky.js'
import { positionAt } from '../../../shared/mount/track.js'
import { straightPass } from '../../support/passes.js'

const track = { t0Ms: 1000, dtMs: 500, az: [10, 20, 40, 30], el: [0, 5, 5, 1] }

t.test('the track goes through its samples and waits at its ends', (t) => {
  t.same(positionAt(track, 1000), { az: 10, el: 0 })
  t.same(positionAt(track, 1500), { az: 20, el: 5 })
  t.same(positionAt(track, 2500), { az: 30, el: 1 })
  t.same(positionAt(track, 0), { az: 10, el: 0 })
  t.same(positionAt(track, 99_999), { az: 30, el: 1 })
  t.end()
})

t.test('between two samples the curve stays between them', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -180, max: 540, noNaN: true }), { minLength: 2, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (az, part) => {
        const x = part * (az.length - 1)
        const i = Math.min(Math.floor(x), az.length - 2)
        const [a, b] = [az[i] ?? 0, az[i + 1] ?? 0]
        const got = positionAt({ t0Ms: 0, dtMs: 1000, az, el: az.map(() => 0) }, x * 1000).az
        return got >= Math.min(a, b) - 1e-9 && got <= Math.max(a, b) + 1e-9
      },
    ),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('on a table of one second the error is hundredths of a degree, keyhole included', (t) => {
  for (const maxEl of [20, 50, 70, 80]) {
    const fine = straightPass({ maxEl, azAtTop: 90, dtMs: 100 })
    const every = (values: readonly number[]) => values.filter((_, i) => i % 10 === 0)
    const table = { t0Ms: 0, dtMs: 1000, az: every(unwrapAzimuth(fine.az)), el: every(fine.el) }
    const n = (table.az.length - 1) * 10
    let most = 0
    for (let i = 0; i <= n; i++) {
      const truth = { az: fine.az[i] ?? 0, el: fine.el[i] ?? 0 }
      most = Math.max(most, separation(positionAt(table, i * 100), truth))
    }
    t.ok(most < 0.02, `${maxEl} degrees: ${most}`)
  }
  t.end()
})

t.test('a table of two samples is a straight line', (t) => {
  const line = { t0Ms: 0, dtMs: 1000, az: [0, 10], el: [0, 0] }
  t.equal(positionAt(line, 250).az, 2.5)
  t.end()
})
