import t from 'tap'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { PenaltyBox } from '../../broker/penalty-box.js'
import { FakeClock, NEIGHBOUR, ORG, STATION, station, user } from '../support/broker.js'

const { penaltyMs, penaltyWindowMs } = DEFAULT_LIMITS
const me = station(STATION, ORG)

function world() {
  const clock = new FakeClock()
  return { clock, box: new PenaltyBox({ ...DEFAULT_LIMITS, penaltyStrikes: 3 }, clock) }
}

t.test('at its limit of cuts for what it said it waits', async (t) => {
  const { box, clock } = world()
  box.note(me, 'denied')
  box.note(me, 'rate_limited')
  t.notOk(box.holds(me))
  box.note(me, 'denied')
  t.ok(box.holds(me))
  t.notOk(box.holds(station(NEIGHBOUR, ORG)))
  clock.ms += penaltyMs - 1
  t.ok(box.holds(me))
  clock.ms += 1
  t.notOk(box.holds(me))
  box.note(me, 'denied')
  t.ok(box.holds(me), 'within the window one more is enough')
})

t.test('other ends count nothing, and cuts of long ago are forgotten', async (t) => {
  const { box, clock } = world()
  for (const reason of ['goodbye', 'lost', 'taken_over', 'cut', 'expired', 'slow_reader'] as const)
    for (let i = 0; i < 3; i++) box.note(me, reason)
  box.note(me, 'denied')
  box.note(me, 'denied')
  clock.ms += penaltyWindowMs + 1
  box.note(me, 'denied')
  t.notOk(box.holds(me))
})

t.test('a person waits by session, and who is forgotten does not wait', async (t) => {
  const { box } = world()
  for (let i = 0; i < 3; i++) box.note(user(), 'denied')
  t.ok(box.holds(user()))
  t.notOk(box.holds(user([], { sessionId: 'session-bbbb-0001' })), 'the same person elsewhere')
  for (let i = 0; i < 3; i++) box.note(me, 'denied')
  box.forget(STATION)
  t.notOk(box.holds(me))
})

t.test('B24: it remembers so many and no more', async (t) => {
  const { box } = world()
  for (let i = 0; i < 3; i++) box.note(me, 'denied')
  for (let i = 0; i < 20_000; i++) box.note(station(`station-${i}`, ORG), 'denied')
  t.notOk(box.holds(me))
})
