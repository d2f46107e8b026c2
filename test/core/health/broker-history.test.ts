import t from 'tap'
import { Counters } from '../../../broker/counters.js'
import { Latency } from '../../../broker/latency.js'
import { BrokerHistory, minus, SLICE_MS } from '../../../core/health/broker-history.js'
import { FakeClock } from '../../support/broker.js'

function world() {
  const clock = new FakeClock()
  const counters = new Counters()
  const latency = new Latency()
  let slices = 0
  const history = new BrokerHistory({
    clock,
    counts: () => ({ counts: counters.snapshot(), latency: latency.snapshot() }),
    takeLoopDelay: () => ({ p50Ms: 0, p99Ms: ++slices, maxMs: slices }),
  })
  /** Lets so many slices go by, with one refusal in each. */
  const pass = (n: number) => {
    for (let i = 0; i < n; i++) {
      counters.refuse('connect', 'timeout')
      clock.ms += SLICE_MS
      history.sample()
    }
  }
  const seen = () => history.recent().counts.refused.connect.timeout ?? 0
  return { clock, counters, history, pass, seen }
}

t.test('the window is five minutes; what is older is forgotten', async (t) => {
  const { history, pass, seen, counters } = world()
  history.sample()
  t.match(history.recent(), { windowS: 0, loopDelay: [] })
  pass(4)
  t.equal(history.recent().windowS, 60)
  t.equal(seen(), 4)
  t.equal(history.recent().loopDelay.length, 4)
  pass(100)
  t.equal(history.recent().windowS, 300)
  t.equal(seen(), 20)
  t.equal(history.recent().loopDelay.at(-1)?.p99Ms, 105)
  t.equal(history.lastLoopDelay()?.p99Ms, 105)
  counters.refuse('connect', 'timeout')
  t.equal(seen(), 21, 'up to this moment')
})

t.test('after a long sleep of the machine one slice is left, and no number is negative', async (t) => {
  const { history, clock, pass, seen } = world()
  history.sample()
  pass(3)
  clock.ms += 24 * 3_600_000
  pass(1)
  t.equal(seen(), 1)
  t.ok(history.recent().windowS > 86_400, 'and it says how long that was')
})

t.test('before it has begun the window is everything', async (t) => {
  const { history, seen, counters } = world()
  counters.refuse('connect', 'timeout')
  t.equal(seen(), 1)
  t.equal(history.recent().windowS, 0)
  t.equal(history.lastLoopDelay(), null)
})

t.test('it samples by itself, and stops', async (t) => {
  const { history } = world()
  history.start()
  t.equal(history.lastLoopDelay()?.p99Ms, 1)
  history.stop()
  t.equal(history.lastLoopDelay(), null)
})

t.test('snapshots are subtracted number by number', async (t) => {
  t.same(
    minus({ a: 5, b: { c: 2, d: 1 }, e: [3, 4] }, { a: 1, b: { c: 2 } as { c: number; d: number }, e: [1] }),
    {
      ...{ a: 4, b: { c: 0, d: 1 }, e: [2, 4] },
    },
  )
})
