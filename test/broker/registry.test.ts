import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { fitsCut } from '../../broker/admission.js'
import { rightsOf } from '../../broker/authorize.js'
import { Connection } from '../../broker/connection.js'
import type { CutMatch } from '../../broker/contracts.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { Registry } from '../../broker/registry.js'
import type { Principal } from '../../shared/principal.js'
import { DIRECTOR, director, ORG, SESSION, STATION, station, topicOf, user } from '../support/broker.js'

const connection = (principal: Principal, clientId: string, remoteAddress = '127.0.0.1') =>
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
      meta: { remoteAddress, transport: 'tcp' },
      connectedAt: 0,
      budget: null,
      maxSubscriptions: 9,
    },
  })

t.test('P9: removing an old connection leaves the new one of the same client id', async (t) => {
  const registry = new Registry(() => false)
  const old = connection(station(STATION, ORG), STATION)
  const young = connection(station(STATION, ORG), STATION)
  registry.add(old)
  registry.remove(old)
  registry.add(young)
  registry.remove(old)
  t.equal(registry.byClientId(STATION), young)
  t.equal(registry.size, 1)
})

t.test('B21: so many a session and a service, so many in all', async (t) => {
  const limits = { ...DEFAULT_LIMITS, connectionsPerSession: 2, connectionsPerService: 1, connections: 4 }
  const registry = new Registry(() => false)
  const full = (principal: Principal) => registry.full(principal, '127.0.0.1', limits)
  t.equal(full(station(STATION, ORG)), null)
  registry.add(connection(station(STATION, ORG), STATION))
  const first = connection(user(), `user:${SESSION}:1`)
  registry.add(first)
  t.equal(full(user()), null)
  registry.add(connection(user(), `user:${SESSION}:2`))
  t.equal(full(user()), 'connections_per_session')
  t.equal(full(user([], { sessionId: 'session-bbbb-0001' })), null)
  registry.remove(first)
  t.equal(full(user()), null)
  registry.add(connection(director, `${DIRECTOR}:1`))
  t.equal(full(director), 'connections_per_service')
  registry.add(connection(user(), `user:${SESSION}:3`))
  t.equal(full(station('station-cccc-0001', ORG)), 'connections')
})

t.test('B21: so many from one address, an IPv6 /64 being one; not where it stands for many', async (t) => {
  const limits = { ...DEFAULT_LIMITS, connectionsPerAddress: 2 }
  const registry = new Registry((address) => address === '192.0.2.99')
  const from = (remoteAddress: string, i: number) =>
    connection(station(`station-dddd-000${i}`, ORG), `station-dddd-000${i}`, remoteAddress)
  const full = (remoteAddress: string) => registry.full(station(STATION, ORG), remoteAddress, limits)
  const first = from('2001:db8::1', 1)
  registry.add(first)
  registry.add(from('2001:db8::ffff', 2))
  t.equal(full('2001:db8::7'), 'connections_per_address')
  t.equal(full('2001:db8:0:1::7'), null, 'the next /64')
  registry.remove(first)
  t.equal(full('2001:db8::7'), null)
  for (let i = 3; i < 7; i++) registry.add(from('192.0.2.99', i))
  t.equal(full('192.0.2.99'), null)
})

t.test('B18: a cut finds all that it fits and nothing else, whatever came and went before', async (t) => {
  const few = fc.integer({ min: 1, max: 3 })
  const id = (kind: string) => few.map((n) => `${kind}-aaaa-000${n}`)
  const org = few.map((n) => `org${n}`)
  const anyPrincipal = fc.oneof<fc.Arbitrary<Principal>[]>(
    fc.record({
      ...{ kind: fc.constant('station'), id: id('station'), org, credentialId: id('key') },
      capabilities: fc.constant([]),
    }),
    fc.record({
      ...{ kind: fc.constant('user'), id: id('user'), org, sessionId: id('session') },
      ...{ permissions: fc.constant([]), until: fc.constant(1e15) },
    }),
    fc.record({ kind: fc.constant('service'), id: fc.constant('svc_director'), credentialId: id('key') }),
  )
  const match: fc.Arbitrary<CutMatch> = fc.record(
    {
      ...{ stationId: id('station'), credentialId: id('key'), sessionId: id('session') },
      ...{ userId: id('user'), serviceId: fc.constant('svc_director'), org },
    },
    { requiredKeys: [] },
  )
  const clientIdOf = (principal: Principal, n: number) =>
    principal.kind === 'station' ? principal.id : `${principal.kind}:${n}`
  fc.assert(
    fc.property(fc.array(fc.tuple(anyPrincipal, fc.boolean()), { maxLength: 30 }), match, (steps, cut) => {
      const registry = new Registry(() => true)
      const gone: Connection[] = []
      for (const [n, [principal, goes]] of steps.entries()) {
        const one = connection(principal, clientIdOf(principal, n))
        const old = registry.byClientId(one.options.clientId)
        if (old !== undefined) registry.remove(old)
        registry.add(one)
        if (goes) gone.push(one)
      }
      for (const one of gone) registry.remove(one)
      const expected = [...registry.all()].filter(({ principal }) => fitsCut(cut, principal))
      const found = registry.fitting(cut)
      return found.length === expected.length && expected.every((one) => found.includes(one))
    }),
  )
  t.pass()
})

t.test('a connection remembers what it may hear', async (t) => {
  const one = connection(user(), `user:${SESSION}:1`)
  const contacts = Array.from({ length: 5000 }, (_, i) => `talos/${ORG}/contact/c${i}`)
  t.ok(contacts.every((topic) => one.hears(topic) === 'contact'))
  t.equal(one.hears(topicOf(STATION, 'cmd/rot')), null)
  t.equal(one.hears(topicOf(STATION, 'cmd/rot')), null)
})
