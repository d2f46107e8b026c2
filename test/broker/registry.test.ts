import { PassThrough } from 'node:stream'
import t from 'tap'
import { rightsOf } from '../../broker/authorize.js'
import { Connection } from '../../broker/connection.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { Registry } from '../../broker/registry.js'
import type { Principal } from '../../shared/principal.js'
import { DIRECTOR, director, ORG, SESSION, STATION, station, topicOf, user } from '../support/broker.js'

const connection = (principal: Principal, clientId: string) =>
  new Connection({
    ...{
      principal,
      clientId,
      handle: 'c1',
      rights: rightsOf(principal),
      will: null,
      stream: new PassThrough(),
    },
    ...{
      meta: { remoteAddress: '127.0.0.1', transport: 'tcp' },
      connectedAt: 0,
      bucket: null,
      maxSubscriptions: 9,
    },
  })

t.test('P9: removing an old connection leaves the new one of the same client id', async (t) => {
  const registry = new Registry()
  const old = connection(station(STATION, ORG), STATION)
  const young = connection(station(STATION, ORG), STATION)
  registry.add(old)
  registry.remove(old)
  registry.add(young)
  registry.remove(old)
  t.equal(registry.byClientId(STATION), young)
  t.equal(registry.size, 1)
})

t.test('B21: one connection a station, so many a session and a service, so many in all', async (t) => {
  const limits = { ...DEFAULT_LIMITS, connectionsPerSession: 2, connectionsPerService: 1, connections: 4 }
  const registry = new Registry()
  t.ok(registry.hasRoom(station(STATION, ORG), limits))
  registry.add(connection(station(STATION, ORG), STATION))
  t.notOk(registry.hasRoom(station(STATION, ORG), limits))
  const first = connection(user(), `user:${SESSION}:1`)
  registry.add(first)
  t.ok(registry.hasRoom(user(), limits))
  registry.add(connection(user(), `user:${SESSION}:2`))
  t.notOk(registry.hasRoom(user(), limits))
  t.ok(registry.hasRoom(user([], { sessionId: 'session-bbbb-0001' }), limits))
  registry.remove(first)
  t.ok(registry.hasRoom(user(), limits))
  registry.add(connection(director, `${DIRECTOR}:1`))
  t.notOk(registry.hasRoom(director, limits))
  registry.add(connection(user(), `user:${SESSION}:3`))
  t.notOk(registry.hasRoom(station('station-cccc-0001', ORG), limits), 'the broker is full')
})

t.test('a connection remembers what it may hear', async (t) => {
  const one = connection(user(), `user:${SESSION}:1`)
  const contacts = Array.from({ length: 5000 }, (_, i) => `talos/${ORG}/contact/c${i}`)
  t.ok(contacts.every((topic) => one.hears(topic) === 'contact'))
  t.equal(one.hears(topicOf(STATION, 'cmd/rot')), null)
  t.equal(one.hears(topicOf(STATION, 'cmd/rot')), null)
})
