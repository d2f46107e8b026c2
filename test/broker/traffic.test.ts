import { Duplex } from 'node:stream'
import t from 'tap'
import { rightsOf } from '../../broker/authorize.js'
import { Connection } from '../../broker/connection.js'
import { Counters } from '../../broker/counters.js'
import { LastStates } from '../../broker/last-states.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { Refusals } from '../../broker/refusals.js'
import { RetainedMessages } from '../../broker/retained.js'
import { type PublishPacket, Traffic } from '../../broker/traffic.js'
import type { Principal } from '../../shared/principal.js'
import { FakeClock, ORG, onlineState, STATION, station, telemetry, topicOf, user } from '../support/broker.js'

const limits = {
  ...DEFAULT_LIMITS,
  ...{ backlogDropBytes: 1000, backlogPlanBytes: 5000, backlogKillBytes: 9000, retained: 1 },
}

/** A reader that never reads. */
class Frozen extends Duplex {
  override _read() {}
  override _write() {}
}

function world() {
  const clock = new FakeClock()
  const counters = new Counters()
  const ended: string[] = []
  const refused: string[] = []
  const log = { info() {}, warn() {}, error() {} }
  const retained = new RetainedMessages(limits)
  const traffic = new Traffic({
    ...{ limits, clock, counters, retained, lastStates: new LastStates() },
    refusals: new Refusals((event) => refused.push(event.code), limits, clock, log, counters),
    accepted: () => {},
    end: (connection, reason) => {
      connection.ended = reason
      ended.push(reason)
    },
  })
  const connect = (principal: Principal) =>
    new Connection({
      ...{
        principal,
        rights: rightsOf(principal),
        handle: 'c1',
        clientId: 'x',
        will: null,
        stream: new Frozen(),
      },
      ...{
        meta: { remoteAddress: '127.0.0.1', transport: 'tcp' },
        connectedAt: 0,
        budget: null,
        maxSubscriptions: 2,
      },
    })
  return { traffic, connect, ended, refused, counters, retained }
}
const packet = (topic: string, payload = 'x', more: Partial<PublishPacket> = {}): PublishPacket => ({
  ...{ topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false },
  ...more,
})

t.test('P11: with a backlog telemetry is spared first, then plans; states and commands never', async (t) => {
  const { traffic, connect, ended, counters } = world()
  const person = connect(user())
  const me = connect(station(STATION, ORG))
  const says = (backlog: number) => {
    for (const reader of [person, me]) {
      const missing = backlog - reader.stream.writableLength
      if (missing > 0) reader.stream.write(Buffer.alloc(missing))
    }
    return {
      telemetry: traffic.forward(person, packet(topicOf(STATION, 'telemetry/rot'))),
      state: traffic.forward(person, packet(topicOf(STATION, 'state'), 'x', { qos: 1 })),
      plan: traffic.forward(me, packet(topicOf(STATION, 'plan/contact-0001'), 'x', { qos: 1 })),
      stop: traffic.forward(me, packet(topicOf(STATION, 'cmd/stop'))),
    }
  }
  t.same(says(0), { telemetry: true, state: true, plan: true, stop: true })
  t.same(says(1001), { telemetry: false, state: true, plan: true, stop: true })
  t.same(says(5001), { telemetry: false, state: true, plan: false, stop: true })
  t.match(counters.snapshot(), { dropped: { slow_reader: 3 }, messagesOut: { telemetry: 1, command: 3 } })
  t.same(says(9001), { telemetry: false, state: false, plan: false, stop: false })
  t.same(ended, ['slow_reader', 'slow_reader'])
})

t.test('B27: the second gate stops what no filter should have let through', async (t) => {
  const { traffic, connect } = world()
  const person = connect(user())
  for (const topic of [
    topicOf(STATION, 'cmd/rot'),
    topicOf(STATION, 'state', 'rival'),
    'talos/system/refresh',
    '$SYS/x',
  ])
    t.notOk(traffic.forward(person, packet(topic)), topic)
  person.ended = 'cut'
  t.notOk(traffic.forward(person, packet(topicOf(STATION, 'state'))))
})

t.test('P18: a retained message for which there is no room is still said', async (t) => {
  const { traffic, connect, retained, counters } = world()
  const me = connect(station(STATION, ORG))
  t.equal(traffic.publish(me, packet(topicOf(STATION, 'state'), onlineState(), { retain: true })), 'pass')
  const info = packet(topicOf(STATION, 'info'), onlineState(), { retain: true })
  t.equal(traffic.publish(me, info), 'drop', 'and what is no info is not kept as one')
  t.equal(retained.size, 1)
  const other = connect(station('station-cccc-0001', ORG))
  const state = packet(topicOf('station-cccc-0001', 'state'), onlineState(), { retain: true })
  t.equal(traffic.publish(other, state), 'pass')
  t.equal(state.retain, false)
  t.match(counters.snapshot(), { limited: { retained: 1 } })
})

t.test('a payload that the library hands over as text is judged like bytes', async (t) => {
  const { traffic, connect } = world()
  const me = connect(station(STATION, ORG))
  t.equal(traffic.publish(me, { ...packet(topicOf(STATION, 'telemetry/rot')), payload: telemetry() }), 'pass')
})

t.test('B8: a filter that is held already needs no more room', async (t) => {
  const { traffic, connect, refused } = world()
  const me = connect(station(STATION, ORG))
  const filters = ['cmd/#', 'plan/#', 'cmd/#', 'cmd/rot'].map((rest) => topicOf(STATION, rest))
  t.same(
    filters.map((filter) => traffic.subscribe(me, filter, 0)),
    [true, true, true, false],
  )
  t.same(refused, ['subscribe_denied'])
})
