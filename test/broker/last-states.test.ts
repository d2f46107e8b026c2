import t from 'tap'
import { LastStates } from '../../broker/last-states.js'
import type { StationState } from '../../shared/messages.js'
import { BOOT, offlineState, onlineState } from '../support/broker.js'

const NOW = Date.UTC(2026, 0, 2)
const online = (bootId = BOOT) => JSON.parse(onlineState({ bootId })) as StationState
const will = (bootId = BOOT) => JSON.parse(offlineState(bootId))
const offline = (bootId = BOOT) => ({ ts: '2026-01-02T00:00:00.000Z', bootId, link: 'offline' })

t.test(
  'P4: a lost station is said to be offline, with the time of the loss and not of its CONNECT',
  async (t) => {
    const states = new LastStates()
    states.saw('s', online())
    t.same(states.offline('s', will(), 'lost', NOW), offline())
    t.same(states.offline('s', null, 'lost', NOW), offline(), 'without a will too')
    t.same(states.offline('s', null, 'cut', NOW), offline())
  },
)

t.test('a will names the boot when the station has said nothing', async (t) => {
  const states = new LastStates()
  t.same(states.offline('s', will('boot-bbbb-0001'), 'lost', NOW), offline('boot-bbbb-0001'))
  t.equal(states.offline('s', null, 'lost', NOW), null, 'never seen, nothing to say')
})

t.test('P4: a takeover and a stop of the broker say nothing', async (t) => {
  const states = new LastStates()
  states.saw('s', online())
  t.equal(states.offline('s', will(), 'taken_over', NOW), null)
  t.equal(states.offline('s', will(), 'stopped', NOW), null)
})

t.test(
  'MQTT-3.14.4-3: a DISCONNECT discards the will; a station that forgot to say so is offline all the same',
  async (t) => {
    const states = new LastStates()
    t.equal(states.offline('s', will(), 'goodbye', NOW), null)
    states.saw('s', online('boot-bbbb-0001'))
    t.same(states.offline('s', will(), 'goodbye', NOW), offline('boot-bbbb-0001'))
    states.saw('s', will('boot-bbbb-0001'))
    t.equal(states.offline('s', will(), 'goodbye', NOW), null, 'it said so itself')
  },
)

t.test('the offline state is not said twice for one boot', async (t) => {
  const states = new LastStates()
  states.saw('s', will())
  t.equal(states.offline('s', will(), 'lost', NOW), null)
  states.forget('s')
  t.equal(states.offline('s', null, 'lost', NOW), null)
})
