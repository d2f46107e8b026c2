import t from 'tap'
import { LATENCY_BOUNDS_S, Latency } from '../../broker/latency.js'

function world() {
  let ms = 0
  const latency = new Latency(() => ms)
  /** A chunk with one message that takes so long. */
  const message = (tookMs: number) => {
    const payload = Buffer.from('x')
    latency.read()
    latency.passed(payload)
    ms += tookMs
    latency.handed(payload)
  }
  /** So many that exactly one is measured. */
  const measured = (tookMs: number) => {
    for (let i = 0; i < 16; i++) message(tookMs)
  }
  return { latency, measured, wait: (by: number) => (ms += by) }
}

t.test('one read of sixteen is measured, in the bucket that it fits', async (t) => {
  const { latency, measured } = world()
  measured(0.2)
  measured(0.25)
  measured(30)
  measured(5000)
  const { buckets, sumS, count } = latency.snapshot()
  t.equal(count, 4)
  t.ok(Math.abs(sumS - 5.03045) < 1e-6)
  const filled = buckets.flatMap((n, i) => (n === 0 ? [] : [[LATENCY_BOUNDS_S[i] ?? 'beyond', n]]))
  t.same(filled, [
    [0.000_25, 2],
    [0.05, 1],
    ['beyond', 1],
  ])
})

t.test('a message that is never handed on, and one that was not measured, count for nothing', async (t) => {
  const { latency, measured, wait } = world()
  for (let i = 0; i < 16; i++) latency.read()
  const [first, second] = [Buffer.from('a'), Buffer.from('a')]
  latency.passed(first)
  latency.passed(second)
  latency.handed(second)
  latency.handed('')
  latency.handed(null)
  t.equal(latency.snapshot().count, 0, 'the first of a chunk is measured, the others are not')
  wait(10)
  measured(1)
  latency.handed(first)
  t.same(latency.snapshot().count, 1, 'what is measured next takes its place')
})

t.test('a snapshot does not change any more', async (t) => {
  const { latency, measured } = world()
  const before = latency.snapshot()
  measured(1)
  t.equal(before.count, 0)
  t.ok(before.buckets.every((n) => n === 0))
})
