import t from 'tap'
import { backoff } from '../../core/dashboard/logic/backoff.js'

t.test('waits grow to half a minute and no further, with jitter over their upper half', async (t) => {
  t.same(
    [0, 1, 2, 3, 4, 5, 100].map((n) => backoff(n, 1)),
    [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  )
  t.same(
    [0, 5].map((n) => backoff(n, 0)),
    [500, 15_000],
  )
})
