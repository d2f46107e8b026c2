import fc from 'fast-check'
import t from 'tap'
import { followable } from '../../../shared/mount/rate.js'

const even = (wanted: readonly number[]) => wanted.map(() => 1)

t.test('a step too large is shared between both sides', (t) => {
  const wanted = [0, 0, 0, 10, 10, 10]
  const got = followable({ wanted, weight: even(wanted), min: -100, max: 100, step: 4 })
  t.ok(Math.max(...got.map((g, i) => Math.abs(g - (wanted[i] ?? 0)))) < 3.0001, String(got))
  t.end()
})

t.test('what is cheap on the sky gives way first', (t) => {
  const wanted = [0, 0, 0, 10, 10, 10]
  const weight = [1, 1, 0.01, 0.01, 1, 1]
  const got = followable({ wanted, weight, min: -100, max: 100, step: 4 })
  t.ok(Math.abs((got[1] ?? 9) - 0) < 0.1 && Math.abs((got[4] ?? 0) - 10) < 0.1, String(got))
  t.end()
})

t.test('the result keeps rate and limits, and no other track has a smaller largest error', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 10 }),
      (wanted, step) => {
        const got = followable({ wanted, weight: even(wanted), min: 0, max: 20, step })
        const keeps = got.every(
          (g, i) =>
            g >= -1e-9 && g <= 20 + 1e-9 && (i === 0 || Math.abs(g - (got[i - 1] ?? g)) <= step + 1e-6),
        )
        // The least possible error: half of the worst excess of any two samples over what the rate allows between them.
        let least = 0
        for (const [i, a] of wanted.entries())
          for (const [j, b] of wanted.entries())
            least = Math.max(least, (Math.abs(a - b) - Math.abs(i - j) * step) / 2)
        const most = Math.max(...got.map((g, i) => Math.abs(g - (wanted[i] ?? 0))))
        return keeps && most <= least + 1e-6
      },
    ),
    { numRuns: 500 },
  )
  t.end()
})
