import t from 'tap'
import { decide } from '../../../agent/guard/guard.js'
import {
  type Decision,
  type GuardEvent,
  type GuardState,
  initialState,
  type OrderSource,
} from '../../../agent/guard/state.js'
import { MOUNT } from '../../support/mounts.js'

/** Distributes over unions, so that each event keeps its own fields. */
type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

/** The guard with a fresh position at az 180, el 45, a millisecond an event. */
function guard() {
  let state: GuardState = initialState(MOUNT, null)
  let now = 0
  const apply = (event: Timeless<GuardEvent>, afterMs = 1): Decision => {
    now += afterMs
    const decision = decide(state, { ...event, at: now } as GuardEvent)
    state = decision.state
    return decision
  }
  apply({ kind: 'measured', position: { az: 180, el: 45 } })
  const order = (source: OrderSource, id = 'someone') =>
    apply({ kind: 'order', order: { id, source, goal: { az: 200, el: 50 }, lifetimeMs: null } })
  const lease = (ms = 10_000) => apply({ kind: 'lease', until: now + ms })
  return { apply, order, lease, state: () => state }
}

t.test('without a lease the door moves nothing; with one it does, until it ends', (t) => {
  const { apply, order, lease } = guard()
  t.match(order('door'), { act: null, refusal: { code: 'no_lease' } })
  lease(1000)
  t.match(order('door'), { act: 'go', refusal: null })
  const ended = apply({ kind: 'tick' }, 1000)
  t.match(ended, { act: 'stop', state: { lease: null }, ending: { source: 'door', code: 'expired' } })
  apply({ kind: 'measured', position: { az: 180, el: 45 } })
  t.match(order('door').refusal, { code: 'no_lease' })
  t.end()
})

t.test(
  'a plan that begins ends the lease and the motion of the door, and there is none while it runs',
  (t) => {
    const { apply, order, lease } = guard()
    lease()
    order('door')
    t.match(apply({ kind: 'claim', id: 'contact-1' }), { act: 'stop', state: { lease: null } })
    t.match(order('door').refusal, { code: 'busy' })
    t.match(lease().refusal, { code: 'busy' })
    t.end()
  },
)

t.test('the stop of a person ends the lease; that of the program at the door only its motion', (t) => {
  const { apply, order, lease, state } = guard()
  lease()
  order('door')
  t.match(apply({ kind: 'stop', by: 'door' }), { act: 'stop', state: { motion: null } })
  t.type(state().lease, 'number')
  order('door')
  t.match(apply({ kind: 'stop', by: 'person' }), { act: 'stop', state: { motion: null, lease: null } })
  t.end()
})

t.test('a hold, a bar and a fault end the lease, and there is none while they last', (t) => {
  const ends: Timeless<GuardEvent>[] = [
    { kind: 'hold' },
    { kind: 'bar', code: 'station_locked' },
    { kind: 'driver', mount: null, steps: { az: 1, el: 1 } },
  ]
  for (const end of ends) {
    const { apply, lease, state } = guard()
    lease()
    apply(end)
    t.equal(state().lease, null)
    t.ok(lease().refusal !== null)
  }
  t.end()
})

t.test('a person and the door take turns: neither pushes the other aside', (t) => {
  const { apply, order, lease } = guard()
  lease()
  order('manual')
  t.match(order('door').refusal, { code: 'busy' })
  apply({ kind: 'stop', by: 'door' })
  order('door')
  t.match(order('manual').refusal, { code: 'busy' })
  t.match(order('park').refusal, { code: 'busy' })
  t.equal(order('door').refusal, null)
  t.end()
})

t.test('a hold made beside the antenna is not released from afar; any other is', (t) => {
  const { apply, state } = guard()
  apply({ kind: 'hold' })
  t.equal(state().hold, 'held_at_station')
  t.match(apply({ kind: 'release', by: 'fleet' }), { refusal: { code: 'held_at_station' } })
  t.equal(state().hold, 'held_at_station')
  apply({ kind: 'release', by: 'station' })
  t.equal(state().hold, null)
  apply({ kind: 'driver', mount: null, steps: { az: 1, el: 1 } })
  apply({ kind: 'release', by: 'fleet' })
  t.equal(state().hold, null)
  // One that has latched already becomes one that only the person beside it ends.
  apply({ kind: 'driver', mount: null, steps: { az: 1, el: 1 } })
  apply({ kind: 'hold' })
  t.equal(state().hold, 'held_at_station')
  t.end()
})
