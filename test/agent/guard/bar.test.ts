import t from 'tap'
import { decide } from '../../../agent/guard/guard.js'
import { clearance } from '../../../agent/guard/rules.js'
import { type GuardEvent, type GuardState, initialState, type Order } from '../../../agent/guard/state.js'
import { MOUNT } from '../../support/mounts.js'

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

const order = (source: Order['source'], id = 'order-0001'): Timeless<GuardEvent> => ({
  kind: 'order',
  order: { id, source, goal: { az: 100, el: 30 }, lifetimeMs: source === 'manual' ? 5000 : null },
})
const bar = (code: 'station_locked' | null): Timeless<GuardEvent> => ({ kind: 'bar', code })

/** Applies events a second apart; the last decision. */
function after(events: readonly Timeless<GuardEvent>[], from: GuardState = initialState(MOUNT, null)) {
  let state = decide(from, { kind: 'measured', at: 0, position: { az: 90, el: 30 } }).state
  let last = decide(state, { kind: 'tick', at: 0 })
  for (const [i, event] of events.entries()) {
    last = decide(state, { ...event, at: i * 1000 + 1 } as GuardEvent)
    state = last.state
  }
  return last
}

t.test('a station that is not let in stops, and moves for nobody', (t) => {
  const stopped = after([order('manual'), bar('station_locked')])
  t.match(stopped, {
    act: 'stop',
    ending: { how: 'stopped', code: 'station_locked' },
    state: { motion: null },
  })
  for (const source of ['manual', 'park', 'prepass', 'plan'] as const)
    t.match(after([bar('station_locked'), order(source)]).refusal, { code: 'station_locked' }, source)
  t.match(after([bar('station_locked'), { kind: 'claim', id: 'contact-1' }]).refusal, {
    code: 'station_locked',
  })
  const flying = after([
    { kind: 'claim', id: 'contact-1' },
    order('plan', 'contact-1'),
    bar('station_locked'),
  ])
  t.match(flying, { act: 'stop', state: { claim: null } }, 'a plan loses the antenna')
  t.end()
})

t.test('nothing but being let in again ends it, and that ends nothing else', (t) => {
  const released = after([bar('station_locked'), { kind: 'release', by: 'station' }, bar('station_locked')])
  t.match(released.state, { barred: 'station_locked' })
  const failing = Array.from({ length: 5 }, (): Timeless<GuardEvent> => ({ kind: 'send_failed' }))
  const { state } = after([bar('station_locked'), ...failing, bar(null)])
  t.match(state, { barred: null, hold: 'driver_failed' }, 'a fault of meanwhile stays latched')
  t.match(after([bar('station_locked'), bar(null), order('manual')]), { act: 'go', refusal: null })
  t.end()
})

t.test('the last gate asks, too', (t) => {
  const { state } = after([order('manual')])
  t.ok(clearance(state, 2))
  t.equal(clearance({ ...state, barred: 'station_locked' }, 2), null)
  t.end()
})
