import fc from 'fast-check'
import t from 'tap'
import { TokenBucket } from '../../broker/token-bucket.js'

t.test('a burst passes at once, then so many a second', async (t) => {
  const bucket = new TokenBucket(2, 3, 0)
  t.same(
    [0, 0, 0, 0].map((now) => bucket.take(now)),
    [true, true, true, false],
  )
  t.equal(bucket.take(499), false)
  t.equal(bucket.take(500), true)
  t.same(
    [10_000, 10_000, 10_000, 10_000].map((now) => bucket.take(now)),
    [true, true, true, false],
  )
})

t.test('a clock that goes back gives nothing away', async (t) => {
  const bucket = new TokenBucket(1, 1, 1000)
  t.ok(bucket.take(1000))
  t.notOk(bucket.take(0))
  t.notOk(bucket.take(500))
})

t.test('never more than burst + rate x time', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (steps) => {
      const bucket = new TokenBucket(10, 5, 0)
      let now = 0
      let taken = 0
      for (const step of steps) {
        now += step
        if (bucket.take(now)) taken++
      }
      return taken <= 5 + (now / 1000) * 10 + 1e-6
    }),
  )
  t.pass()
})
