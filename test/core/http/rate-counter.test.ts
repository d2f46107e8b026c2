import t from 'tap'
import { MemoryRateCounter } from '../../../core/http/rate-counter.js'
import { RATE_LIMITS } from '../../../core/http/rate-limits.js'
import { MINUTE } from '../../../shared/time.js'
import { bareCore } from '../../support/core.js'

t.test('a window counts, says when it ends, and begins anew', async (t) => {
  let now = 1000
  const counter = new MemoryRateCounter({ monotonic: () => now })
  t.same(await counter.count('a', MINUTE), { current: 1, ttl: MINUTE })
  now += 1000
  t.same(await counter.count('a', MINUTE), { current: 2, ttl: MINUTE - 1000 })
  t.same(await counter.count('b', MINUTE), { current: 1, ttl: MINUTE })
  now += MINUTE - 1000
  t.same(await counter.count('a', MINUTE), { current: 1, ttl: MINUTE })
})

t.test('of many at once each is told its own count', async (t) => {
  const counter = new MemoryRateCounter({ monotonic: () => 0 })
  const counted = await Promise.all(Array.from({ length: 20 }, () => counter.count('a', MINUTE)))
  t.same(
    counted.map(({ current }) => current),
    Array.from({ length: 20 }, (_, n) => n + 1),
  )
})

t.test(
  'A2: of fifty requests in one moment the first five are served; another route counts by itself',
  async (t) => {
    const core = await bareCore(t)
    const client = core.browser()
    const statuses = (
      await Promise.all(
        Array.from({ length: 50 }, () => client.api('POST', '/auth/login', { email: 'a@example.org' })),
      )
    ).map(({ status }) => status)
    t.equal(statuses.filter((status) => status === 202).length, RATE_LIMITS.login.max)
    t.equal(statuses.filter((status) => status === 429).length, 50 - RATE_LIMITS.login.max)
    t.equal((await client.api('POST', '/auth/device/code', { clientName: 'x' })).status, 200)
    core.clock.aheadMs += MINUTE
    t.equal((await client.api('POST', '/auth/login', { email: 'a@example.org' })).status, 202)
  },
)
