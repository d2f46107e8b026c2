import t from 'tap'
import { Slots } from '../../../core/planning/slots.js'

t.test('No more run at once than there are places; the others follow in order', async (t) => {
  const slots = new Slots(2)
  const order: number[] = []
  let running = 0
  let most = 0
  await Promise.all(
    [0, 1, 2, 3, 4, 5].map((i) =>
      slots.run(async () => {
        running += 1
        most = Math.max(most, running)
        order.push(i)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
      }),
    ),
  )
  t.equal(most, 2)
  t.same(order, [0, 1, 2, 3, 4, 5])
  t.equal(slots.waiting, 0)
})

t.test('Work that fails gives its place back', async (t) => {
  const slots = new Slots(1)
  await t.rejects(slots.run(() => Promise.reject(new Error('no'))))
  t.equal(await slots.run(async () => 'next'), 'next')
})
