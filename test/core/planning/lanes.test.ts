import t from 'tap'
import type { Logger } from '../../../core/context.js'
import { Lanes } from '../../../core/planning/lanes.js'

function logger() {
  const lines: string[] = []
  const note = (_: object | string, msg?: string) => lines.push(msg ?? '')
  const log: Logger = { debug: note, info: note, warn: note, error: note }
  return { log, lines }
}

t.test('A lane works in order, one piece at a time; lanes run side by side', async (t) => {
  const lanes = new Lanes('test', logger().log)
  const order: string[] = []
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  lanes.run('a', async () => {
    await gate
    order.push('a1')
  })
  lanes.run('a', async () => {
    order.push('a2')
  })
  lanes.run('b', async () => {
    order.push('b1')
    open()
  })
  await lanes.drain()
  t.same(order, ['b1', 'a1', 'a2'])
})

t.test('A piece that fails is logged and the lane goes on', async (t) => {
  const { log, lines } = logger()
  const lanes = new Lanes('test', log)
  let reached = false
  lanes.run('a', () => Promise.reject(new Error('no')))
  lanes.run('a', async () => {
    reached = true
  })
  await lanes.drain()
  t.ok(reached)
  t.same(lines, ['work in a lane failed'])
})

t.test('A lane does not grow without end', async (t) => {
  const { log, lines } = logger()
  const lanes = new Lanes('test', log)
  let done = 0
  for (let i = 0; i < 100; i++)
    lanes.run('a', async () => {
      done += 1
    })
  await lanes.drain()
  t.equal(done, 64)
  t.equal(lines.length, 36)
})
