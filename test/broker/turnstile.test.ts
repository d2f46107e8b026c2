import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Turnstile, type TurnstileOptions } from '../../broker/turnstile.js'
import { systemClock } from '../../shared/time.js'
import { FakeClock } from '../support/broker.js'

function world(more: Partial<TurnstileOptions<number>> = {}) {
  const clock = new FakeClock()
  const through: number[] = []
  const turnstile = new Turnstile<number>({
    ...{ clock, perSecond: 1000, burst: 1000, hasRoom: () => true, letIn: (item) => through.push(item) },
    ...more,
  })
  return { clock, through, turnstile }
}

t.test('who comes alone goes through at once', async (t) => {
  const { turnstile, through } = world()
  turnstile.join('a', 1)
  t.same(through, [1])
  t.equal(turnstile.waiting, 0)
})

t.test('of a crowd, a few go through in each turn of the loop, by turns of their sources', async (t) => {
  const { turnstile, through } = world()
  for (let i = 0; i < 50; i++) turnstile.join('crowd', i)
  turnstile.join('alone', 99)
  t.same(through, [0], 'the first, before anybody else was there')
  await turn()
  t.same(through.slice(1, 4), [1, 99, 2])
  t.equal(through.length, 9)
  t.equal(turnstile.waitingOf('crowd'), 42)
  let turns = 0
  for (; turnstile.waiting > 0; turns++) await turn()
  t.ok(turns >= 5, `${turns} turns for 42`)
  t.equal(through.length, 51)
})

t.test('after a turn that took long, because others had work, only one', async (t) => {
  const { clock, turnstile, through } = world()
  for (let i = 0; i < 20; i++) turnstile.join('crowd', i)
  clock.ms += 11
  await turn()
  t.equal(through.length, 2)
  await turn()
  t.equal(through.length, 10, 'the next turn was short')
})

t.test('no more than the rate', async (t) => {
  const { turnstile, through } = world({ clock: systemClock, perSecond: 100, burst: 2 })
  const startedAt = performance.now()
  for (let i = 0; i < 6; i++) turnstile.join('a', i)
  while (through.length < 6) await new Promise((resolve) => setTimeout(resolve, 1))
  t.ok(performance.now() - startedAt >= 35, 'four had to wait 10 ms each')
  t.same(through, [0, 1, 2, 3, 4, 5])
})

t.test('without a place behind it nobody goes through; whoever leaves is not waited for', async (t) => {
  let places = 0
  const through: number[] = []
  const { turnstile } = world({
    hasRoom: () => places > 0,
    letIn: (item) => {
      places--
      through.push(item)
    },
  })
  for (let i = 0; i < 3; i++) turnstile.join('a', i)
  t.same(through, [])
  t.ok(turnstile.leave('a', 0))
  t.same([...turnstile.items()], [1, 2])
  places = 2
  while (through.length < 2) await turn()
  t.same(through, [1, 2])
})

t.test('closed, it lets nobody in any more', async (t) => {
  const { turnstile, through } = world()
  for (let i = 0; i < 20; i++) turnstile.join('a', i)
  turnstile.close()
  await turn()
  await turn()
  t.equal(through.length, 1)
})
