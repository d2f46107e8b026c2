import t from 'tap'
import { measureLoad, memoryPercent } from '../../../core/health/load.js'
import { LoopDelay } from '../../../core/health/loop-delay.js'
import { processStats } from '../../../core/health/process-stats.js'

t.test('memory is the heap or the machine, whichever is nearer to its end', async (t) => {
  const stats = { ...processStats(), rssBytes: 300, memoryBytes: 1000, heapBytes: 90, heapLimitBytes: 100 }
  t.equal(memoryPercent(stats), 90)
  t.equal(memoryPercent({ ...stats, rssBytes: 950 }), 95)
})

t.test('a loop that was blocked is seen', async (t) => {
  const delay = new LoopDelay()
  delay.start()
  t.teardown(() => delay.stop())
  let worst = 0
  const deadline = performance.now() + 60_000
  while (worst < 100 && performance.now() < deadline) {
    // Its first tick only begins the measurement.
    await new Promise((resolve) => setTimeout(resolve, 30))
    const until = performance.now() + 200
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 30))
    worst = measureLoad(delay).loopDelayMs
  }
  t.ok(worst >= 100, `${worst} ms`)
  const { memoryPercent: memory } = measureLoad(delay)
  t.ok(memory > 0 && memory < 100, `${memory} %`)
})
