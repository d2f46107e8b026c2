import { Duplex } from 'node:stream'
import t from 'tap'
import { rightsOf } from '../../broker/authorize.js'
import { Connection } from '../../broker/connection.js'
import type { Transport } from '../../broker/contracts.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { measureConnections } from '../../broker/metrics.js'
import type { Principal } from '../../shared/principal.js'
import {
  director,
  NEIGHBOUR,
  ORG,
  STATION,
  startWorld,
  station,
  telemetry,
  topicOf,
  user,
} from '../support/broker.js'
import { publishPacket } from '../support/raw-mqtt.js'

/** A connection for which so many bytes wait, because its socket takes none. */
function waiting(
  principal: Principal,
  transport: Transport,
  bytes: number,
  wire?: [number, number],
): Connection {
  const stream = new Duplex({ read() {}, write() {} })
  if (bytes > 0) stream.write(Buffer.alloc(bytes))
  return new Connection({
    ...{ handle: 'c1', principal, rights: rightsOf(principal), clientId: 'x', will: null, stream },
    ...{ connectedAt: 0, budget: null, maxSubscriptions: 1 },
    meta: {
      remoteAddress: '192.0.2.1',
      transport,
      ...(wire === undefined ? {} : { wire: { bytesRead: wire[0], bytesWritten: wire[1] } }),
    },
  })
}

t.test('connections are counted by kind and transport, their bytes with those that have ended', async (t) => {
  const measured = measureConnections(
    [
      waiting(station(STATION, ORG), 'tls', 0, [10, 20]),
      waiting(station(NEIGHBOUR, ORG), 'tls', 0, [1, 2]),
      waiting(user(), 'websocket', 0),
      waiting(director, 'tcp', 0, [100, 200]),
    ],
    DEFAULT_LIMITS,
    { received: 1000, sent: 2000 },
  )
  t.same(measured, {
    connections: {
      station: { tcp: 0, tls: 2, websocket: 0 },
      user: { tcp: 0, tls: 0, websocket: 1 },
      service: { tcp: 1, tls: 0, websocket: 0 },
    },
    backlog: { bytes: 0, slowReaders: 0, worst: [] },
    bytes: { received: 1111, sent: 2222 },
  })
})

t.test('P11: of the readers for whom bytes wait the five worst are named, the worst first', async (t) => {
  const sizes = [70_000, 10, 65_537, 65_536, 300, 0, 200]
  const { backlog } = measureConnections(
    [
      ...sizes.map((bytes, i) => waiting(station(`station-aaaa-000${i}`, ORG), 'tls', bytes)),
      waiting(director, 'tcp', 100_000),
    ],
    DEFAULT_LIMITS,
    { received: 0, sent: 0 },
  )
  t.equal(
    backlog.bytes,
    sizes.reduce((sum, n) => sum + n, 100_000),
  )
  t.equal(backlog.slowReaders, 3, 'above 64 KiB')
  t.same(backlog.worst[0], {
    kind: 'service',
    id: 'svc_director',
    org: null,
    transport: 'tcp',
    bytes: 100_000,
  })
  t.same(backlog.worst.map(({ id, bytes }) => [id, bytes]).slice(1), [
    ['station-aaaa-0000', 70_000],
    ['station-aaaa-0002', 65_537],
    ['station-aaaa-0003', 65_536],
    ['station-aaaa-0004', 300],
  ])
})

t.test('bytes, messages in and out by kind, and how long they took, over real sockets', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  await person.subscribe([topicOf(STATION, 'telemetry/+')])
  const sent = 64
  for (let seq = 1; seq <= sent; seq++) {
    me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(seq)))
    await person.nextPublish()
  }
  const { bytes, counts, latency } = world.broker.metrics()
  t.match(counts, { messagesIn: { telemetry: sent, state: 0 }, messagesOut: { telemetry: sent } })
  t.ok(bytes.received > sent * 150, `${bytes.received} received`)
  t.ok(bytes.sent > sent * 150, `${bytes.sent} sent`)
  t.ok(latency.count >= 2, `${latency.count} measured`)
  t.equal(
    latency.buckets.reduce((sum, n) => sum + n, 0),
    latency.count,
  )
  me.end()
  await world.until(() => world.presence.some(({ kind }) => kind === 'disconnected'))
  t.ok(world.broker.metrics().bytes.received >= bytes.received, 'what ended is not forgotten')
})
