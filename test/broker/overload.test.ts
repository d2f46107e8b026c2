import t from 'tap'
import type { Logger } from '../../broker/contracts.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { LoadJudge, Overload } from '../../broker/overload.js'

const limits = { loopDelayMs: 200, memoryPercent: 85 }
const calm = { loopDelayMs: 5, memoryPercent: 40 }
const late = { ...calm, loopDelayMs: 201 }
const full = { ...calm, memoryPercent: 86 }

t.test('a loop that is late three times in a row keeps newcomers out; one bad second does not', async (t) => {
  const judge = new LoadJudge(limits)
  t.equal(judge.verdict, null)
  t.same(
    [late, late, calm, late, late, late].map((sample) => judge.note(sample)),
    [null, null, null, null, null, 'loop_delay'],
  )
})

t.test('an overload ends well below where it began', async (t) => {
  const judge = new LoadJudge(limits)
  for (let i = 0; i < 3; i++) judge.note(late)
  t.equal(judge.note({ ...calm, loopDelayMs: 101 }), 'loop_delay')
  t.equal(judge.note({ ...calm, loopDelayMs: 100 }), null)
  t.equal(judge.note(late), null, 'and begins anew from nothing')
  for (let i = 0; i < 3; i++) judge.note(full)
  t.equal(judge.verdict, 'memory')
  t.equal(judge.note({ ...calm, memoryPercent: 81 }), 'memory')
  t.equal(judge.note({ ...calm, memoryPercent: 80 }), null)
})

t.test('a loop that is really blocked is seen, and said', async (t) => {
  const said: string[] = []
  const log: Logger = {
    info: (_, message) => said.push(message),
    warn: (_, message) => said.push(message),
    error: (_, message) => said.push(message),
  }
  const overload = new Overload({ ...DEFAULT_LIMITS, loopDelayMs: 100 }, log)
  overload.start()
  t.teardown(() => overload.stop())
  const deadline = performance.now() + 60_000
  while (overload.verdict === null && performance.now() < deadline) {
    const until = performance.now() + 250
    while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.equal(overload.verdict, 'loop_delay')
  t.same(said, ['overloaded: no new MQTT connections'])
})
