import t from 'tap'
import type { Authenticate } from '../../broker/contracts.js'
import { NEIGHBOUR, ORG, STATION, STRANGER, startWorld, station } from '../support/broker.js'
import { connectPacket, PINGREQ, TYPE } from '../support/raw-mqtt.js'

const id = (n: number) => `station-dddd-${String(n).padStart(4, '0')}`
/** Everybody is who they say they are. */
const trusting: Authenticate = async ({ username }) => station(username, ORG)
const connectOf = (n: number) => ({ clientId: id(n), username: id(n), password: 'x' })

t.test('a crowd that connects at once is let in, all of it', async (t) => {
  const world = await startWorld(t, { authenticate: trusting })
  const clients = await Promise.all(Array.from({ length: 300 }, () => world.open()))
  const codes = await Promise.all(clients.map((client, n) => client.connect(connectOf(n))))
  t.ok(codes.every((code) => code === 0))
  t.equal(world.broker.metrics().pending, 0)
})

t.test('B21: beyond the rate they wait, and come in at the rate', async (t) => {
  const world = await startWorld(t, {
    authenticate: trusting,
    limits: { connectsPerSecond: 50, connectBurst: 2 },
  })
  const startedAt = performance.now()
  const clients = await Promise.all(Array.from({ length: 7 }, () => world.open()))
  const codes = await Promise.all(clients.map((client, n) => client.connect(connectOf(n))))
  t.ok(codes.every((code) => code === 0))
  t.ok(performance.now() - startedAt >= 95, 'two at once, five 20 ms apart')
})

t.test('B21: whoever finds no room to wait is sent away at once', async (t) => {
  const world = await startWorld(t, {
    limits: { connectsPerSecond: 1, connectBurst: 1, waiting: 2, connectMs: 1000 },
  })
  const clients = [await world.open(), await world.open(), await world.open()]
  while (world.broker.metrics().pending < 3) await new Promise(setImmediate)
  const late = await world.open()
  await late.closed
  t.equal(world.counter('limited.waiting'), 1)
  for (const client of clients) client.end()
})

t.test('B21: places held by silence are given to those who speak', async (t) => {
  const clock = { ms: 0, now: () => Date.now(), monotonic: () => clock.ms }
  const world = await startWorld(t, { clock, limits: { pending: 2 } })
  const silent = [await world.open(), await world.open()]
  while (world.broker.metrics().pending < 2) await new Promise(setImmediate)
  const early = await world.open()
  const answer = early.connect({ clientId: STATION, username: STATION, password: `key-of-${STATION}` })
  while (world.broker.metrics().pending < 3) await new Promise(setImmediate)
  t.equal(world.counter('limited.pending'), 0, 'not yet: it may still come')
  clock.ms += 2001
  t.equal(await answer, 0)
  await silent[0]?.closed
  t.equal(world.counter('limited.pending'), 1)
  t.notOk(silent[1]?.isClosed)
})

t.test('B18: a right that ends while its credential is judged does not get in', async (t) => {
  let judge: () => void = () => {}
  const asked = new Promise<void>((resolve) => {
    judge = resolve
  })
  let answer: () => void = () => {}
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve
  })
  const world = await startWorld(t, {
    authenticate: async ({ username }) => {
      judge()
      await mayAnswer
      return station(username, ORG)
    },
  })
  const [one, other] = [await world.open(), await world.open()]
  const codes = [
    one.connect({ clientId: STATION, username: STATION, password: 'x' }),
    other.connect({ clientId: NEIGHBOUR, username: NEIGHBOUR, password: 'x' }),
  ]
  await asked
  while (world.broker.metrics().pending < 2) await new Promise(setImmediate)
  world.broker.cut({ stationId: STATION }, 'revoked')
  world.broker.cut({ stationId: STRANGER }, 'revoked')
  answer()
  t.same(await Promise.all(codes), [3, 0])
})

t.test('packets that come right behind the CONNECT are served after its CONNACK', async (t) => {
  const world = await startWorld(t)
  const client = await world.open()
  client.send(connectPacket({ clientId: STATION, username: STATION, password: `key-of-${STATION}` }), PINGREQ)
  t.equal(await client.connack(), 0)
  t.equal((await client.next())?.type, TYPE.pingresp)
})
