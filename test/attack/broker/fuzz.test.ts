import t from 'tap'
import { judgeStationMessage } from '../../../broker/judge-message.js'
import type { Principal } from '../../../shared/principal.js'
import {
  ack,
  DIRECTOR,
  director,
  keyOf,
  NEIGHBOUR,
  ORG,
  OTHER_ORG,
  offlineState,
  onlineState,
  STRANGER,
  startWorld,
  station,
  telemetry,
  topicOf,
  user,
  type World,
} from '../../support/broker.js'
import {
  type ConnectOptions,
  connectPacket,
  DISCONNECT,
  PINGREQ,
  packet,
  publishPacket,
  subscribePacket,
  TYPE,
  u16,
  unsubscribePacket,
} from '../../support/raw-mqtt.js'

/** mulberry32: small, and the same on every machine. */
function random(seed: number) {
  let a = seed
  return (below: number): number => {
    a = (a + 0x6d2b79f5) | 0
    let x = Math.imul(a ^ (a >>> 15), 1 | a)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 4294967296) * below)
  }
}
type Random = ReturnType<typeof random>

/** Sessions run side by side, each lane with people of its own, or they would take one another over. */
const LANES = 8
interface Actor {
  readonly connect: ConnectOptions
  readonly principal: Principal
  /** What it may say and ask; the rest of the time it tries what it may not. */
  readonly lawful: readonly Buffer[]
}

function actorsOf(lane: number): Actor[] {
  const sid = `station-fuzz-000${lane}`
  const sessionId = `session-fuzz-000${lane}`
  const will = { topic: topicOf(sid, 'state'), payload: offlineState(), qos: 1, retain: true }
  const plan = publishPacket(topicOf(sid, 'plan/contact-0001'), 'a.b.c', { qos: 1, id: 5 })
  return [
    {
      connect: { clientId: sid, username: sid, password: keyOf(sid), will },
      principal: station(sid, ORG),
      lawful: [
        publishPacket(topicOf(sid, 'state'), onlineState(), { qos: 1, retain: true, id: 3 }),
        publishPacket(topicOf(sid, 'telemetry/rot'), telemetry()),
        publishPacket(topicOf(sid, 'ack/command-0001'), ack('command-0001'), { qos: 1, id: 4 }),
        subscribePacket([topicOf(sid, 'cmd/#'), topicOf(sid, 'plan/#')], 1),
        unsubscribePacket([topicOf(sid, 'cmd/#')]),
      ],
    },
    {
      connect: {
        clientId: `user:${sessionId}:1`,
        username: `ticket-${lane}`,
        password: keyOf(`ticket-${lane}`),
      },
      principal: user(['view_telemetry'], { sessionId }),
      lawful: [subscribePacket([`talos/${ORG}/gs/+/state`, `talos/${ORG}/gs/+/telemetry/+`])],
    },
    {
      connect: { clientId: `${DIRECTOR}:${lane}`, username: DIRECTOR, password: keyOf(DIRECTOR) },
      principal: director,
      lawful: [plan, subscribePacket(['talos/+/gs/+/ack/+', 'talos/+/gs/+/state'], 1)],
    },
  ]
}

const ANYONE: readonly Buffer[] = [packet(0x40, u16(3)), PINGREQ, subscribePacket(['#', 'x'])]
const UNLAWFUL: readonly Buffer[] = [
  publishPacket(topicOf(STRANGER, 'state', OTHER_ORG), onlineState(), { retain: true }),
  publishPacket(topicOf(STRANGER, 'cmd/rot', OTHER_ORG), 'a.b.c'),
  publishPacket('$SYS/x/new/clients', STRANGER),
  subscribePacket(['#', `talos/${OTHER_ORG}/gs/+/state`, '$SYS/#']),
  packet(0x50, u16(3)),
  packet(0x62, u16(3)),
  DISCONNECT,
]
const BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x23, 0x24, 0x2b, 0x2f, 0x30, 0x3d, 0x82, 0xe0]

function mutate(bytes: Buffer, pick: Random): Buffer {
  const out = Buffer.from(bytes)
  const at = pick(out.length)
  switch (pick(8)) {
    case 0:
      out[at] = BYTES[pick(BYTES.length)] ?? 0
      return out
    case 1:
      out[at] = (out[at] ?? 0) ^ (1 << pick(8))
      return out
    case 2:
      return out.subarray(0, at + 1)
    case 3:
      return Buffer.concat([out.subarray(0, at), Buffer.alloc(pick(20), pick(256)), out.subarray(at)])
    case 4:
      return Buffer.concat([out, out.subarray(at)])
    case 5:
      // The length of the packet, in its first byte.
      out[1] = pick(256)
      return out
    case 6:
      // The QoS, DUP and retain flags.
      out[0] = ((out[0] ?? 0) & 0xf0) | pick(16)
      return out
    default:
      return out
  }
}

/** Most packets are whole and lawful, so that a session gets somewhere. */
function sequence(actor: Actor, pick: Random): Buffer[] {
  return Array.from({ length: 1 + pick(20) }, () => {
    const list = pick(20) === 0 ? UNLAWFUL : pick(4) === 0 ? ANYONE : actor.lawful
    const seed = list[pick(list.length)] ?? PINGREQ
    return pick(8) === 0 ? mutate(seed, pick) : seed
  })
}

/** One session; the bytes arrive in pieces of any size. Returns how many packets were sent. */
async function session(world: World, actors: readonly Actor[], pick: Random): Promise<number> {
  const client = await world.open()
  const actor = actors[pick(actors.length)] as Actor
  const whole = connectPacket(actor.connect)
  const packets = [pick(10) === 0 ? mutate(whole, pick) : whole, ...sequence(actor, pick)]
  let rest = Buffer.concat(packets)
  while (rest.length > 0 && !client.isClosed) {
    const step = pick(3) === 0 ? 1 + pick(40) : rest.length
    client.send(rest.subarray(0, step))
    rest = rest.subarray(step)
    if (pick(3) === 0) await new Promise(setImmediate)
  }
  // A mutated length may leave the broker waiting for more, and rightly; so the session ends here.
  if (pick(4) === 0) client.end()
  else client.socket.end(DISCONNECT)
  await client.closed
  return packets.length
}

t.test(
  '20,000 mutated packets crash nothing, leak nothing and forge nothing',
  { timeout: 100_000 },
  async (t) => {
    const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122)
    t.comment(`seed ${seed}`)
    const pick = random(seed)
    const loose = 1e9
    const world = await startWorld(t, {
      limits: {
        ...{ failures: loose, failuresPerAddress: loose, connectsPerMinute: loose, messageBurst: loose },
        ...{ subscribeBurst: loose, packetBurst: loose, connectionsPerService: LANES },
      },
    })
    // Those who must hear nothing of it: a station and a person of another organisation.
    const foreign = user(['view_telemetry'], { org: OTHER_ORG, sessionId: 'session-rival-01' })
    world.principals.set('ticket', foreign)
    const person = await world.as('ticket', { clientId: 'user:session-rival-01:1', keepalive: 300 })
    const lanes = Array.from({ length: LANES }, (_, lane) => actorsOf(lane))
    for (const { connect, principal } of lanes.flat())
      world.principals.set(String(connect.username), principal)
    const stranger = await world.as(STRANGER, { keepalive: 300 })
    await person.subscribe([`talos/${OTHER_ORG}/gs/+/state`, `talos/${OTHER_ORG}/gs/+/telemetry/+`], 1)
    await stranger.subscribe(
      [topicOf(STRANGER, 'cmd/#', OTHER_ORG), topicOf(STRANGER, 'plan/#', OTHER_ORG)],
      1,
    )

    let packets = 0
    while (packets < 20_000) {
      const results = await Promise.all(lanes.map((actors) => session(world, actors, pick)))
      packets += results.reduce((a, b) => a + b, 0)
    }

    t.ok(await person.ping(), 'the bystanders are still there')
    t.ok(await stranger.ping())
    for (const bystander of [person, stranger])
      t.equal(bystander.received.filter(({ type }) => type === TYPE.publish).length, 0)
    t.same(world.errors, [], 'nothing threw')
    for (const { topic, message, principal } of world.messages) {
      if (topic.sid !== principal.id || topic.org !== principal.org)
        t.fail(`${principal.id} spoke as ${topic.sid}`)
      if (!judgeStationMessage(topic, Buffer.from(JSON.stringify(message))).ok)
        t.fail('a malformed message was accepted')
    }
    t.ok(world.messages.length > 500, `${packets} packets, ${world.messages.length} messages accepted`)
    await world.until(() => world.broker.connections().length === 2)
    const live = world.broker.connections().map(({ clientId }) => clientId)
    t.same(
      live.filter((id) => id !== 'user:session-rival-01:1' && id !== STRANGER),
      [],
      'no connection was forgotten',
    )
    t.equal(world.broker.metrics().pending, 0)
    t.ok(world.broker.metrics().retained <= LANES, 'states, one a station')
    const neighbour = await world.as(NEIGHBOUR)
    t.ok(await neighbour.ping(), 'and service goes on')
  },
)
