import t from 'tap'
import { Turns } from '../../../agent/drivers/turns.js'

t.test('one at a time, in order, and the failure of one is not that of the next', async (t) => {
  const turns = new Turns()
  const seen: string[] = []
  let inFlight = 0
  const job = (name: string, fails = false) =>
    turns.take(async () => {
      inFlight += 1
      t.equal(inFlight, 1)
      await new Promise(setImmediate)
      inFlight -= 1
      seen.push(name)
      if (fails) throw new Error(name)
      return name
    })
  const first = job('a', true)
  const second = job('b')
  await t.rejects(first, /a/)
  t.equal(await second, 'b')
  void job('c')
  await turns.over()
  t.same(seen, ['a', 'b', 'c'])
})
