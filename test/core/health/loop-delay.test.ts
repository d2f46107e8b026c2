import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { LoopDelay } from '../../../core/health/loop-delay.js'

const block = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

t.test('a loop that was busy is late by as much, in its own slice', async (t) => {
  const delay = new LoopDelay()
  t.equal(delay.take(), null, 'nothing before it has begun')
  delay.start()
  t.teardown(() => delay.stop())
  await pause(50)
  block(120)
  await pause(50)
  const busy = delay.take()
  t.ok(busy !== null && busy.maxMs >= 100, `${busy?.maxMs} ms`)
  t.ok(busy !== null && busy.p50Ms <= busy.p99Ms && busy.p99Ms <= busy.maxMs)
  delay.stop()
  t.equal(delay.take(), null)
})

t.test('what is under way when a slice ends is seen in the next one', async (t) => {
  const delay = new LoopDelay()
  delay.start()
  t.teardown(() => delay.stop())
  await pause(50)
  delay.take()
  await pause(20)
  block(120)
  await pause(50)
  const next = delay.take()
  t.ok(next !== null && next.maxMs >= 100, `${next?.maxMs} ms`)
})
