import fc from 'fast-check'
import t from 'tap'
import { Pace } from '../../broker/pace.js'
import { TokenBucket } from '../../broker/token-bucket.js'

t.test('so many at once, then one for each that is due; what comes too soon does not count', async (t) => {
  const pace = new Pace(2, 3)
  let state = Number.NEGATIVE_INFINITY
  const take = (now: number) => {
    const next = pace.after(state, now)
    state = next ?? state
    return next !== null
  }
  t.same([take(0), take(0), take(0), take(0)], [true, true, true, false])
  t.notOk(take(499))
  t.ok(take(500))
  t.notOk(take(500))
  t.ok(take(60_000))
})

t.test('it lets through what a token bucket of the same rate lets through', async (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(0.5, 1, 2, 4, 8),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }),
      (perSecond, burst, steps) => {
        const pace = new Pace(perSecond, burst)
        const bucket = new TokenBucket(perSecond, burst, 0)
        let [state, now] = [Number.NEGATIVE_INFINITY, 0]
        return steps.every((step) => {
          // Eighths of a second and powers of two: nothing is rounded.
          now += Math.round(step / 125) * 125
          const next = pace.after(state, now)
          state = next ?? state
          return (next !== null) === bucket.take(now)
        })
      },
    ),
  )
  t.pass()
})
