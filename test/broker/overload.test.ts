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

t.test('it measures once a second and says when an overload begins and ends', async (t) => {
  const said: string[] = []
  let heard: () => void = () => {}
  const note = (_: object, message: string) => {
    said.push(message)
    heard()
  }
  const log: Logger = { info: note, warn: note, error: note }
  let sample = full
  const overload = new Overload({ ...DEFAULT_LIMITS, ...limits }, () => sample, log)
  const next = () =>
    new Promise<void>((resolve) => {
      heard = resolve
    })
  overload.start()
  t.teardown(() => overload.stop())
  // Its own timer keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  await next()
  t.equal(overload.verdict, 'memory')
  sample = calm
  await next()
  t.equal(overload.verdict, null)
  t.same(said, ['overloaded: no new MQTT connections', 'the overload is over'])
})
