/**
 * Reader by message: live, retained, after a right has ended; and who takes whose place. What arrives is compared with the
 * second model of the rights.
 */

import t from 'tap'
import {
  ack,
  keyOf,
  NEIGHBOUR,
  ORG,
  OTHER_ORG,
  onlineState,
  STATION,
  STRANGER,
  station,
  telemetry,
  topicOf,
  type World,
} from '../../support/broker.js'
import { makeContact } from '../../support/contact.js'
import { publishPacket, type RawClient, readPublish, TYPE } from '../../support/raw-mqtt.js'
import { SIDES, type Side } from './matrix-cells.js'
import { Cells, printed, worldOf } from './matrix-world.js'
import { mayHear } from './second-model.js'

t.setTimeout(120_000)

const STATIONS = [
  [STATION, ORG],
  [NEIGHBOUR, ORG],
  [STRANGER, OTHER_ORG],
] as const
/** The widest filters of each right of design section 4; everybody asks for all. */
const WIDEST = [
  ...STATIONS.flatMap(([sid, org]) => [topicOf(sid, 'cmd/#', org), topicOf(sid, 'plan/#', org)]),
  ...[ORG, OTHER_ORG, '+'].flatMap((org) => [
    ...['info', 'state', 'control', 'telemetry/+', 'ack/+'].map((leaf) => topicOf('+', leaf, org)),
    `talos/${org}/contact/+`,
  ]),
  'talos/system/refresh',
]
const readers = SIDES.filter(({ principal }) => principal !== null)
const sideOf = (name: string) => SIDES.find((side) => side.name === name) as Side

/** Comes in as this side. */
async function enter(world: World, { connect }: Side, clean = true): Promise<RawClient> {
  const client = await world.open()
  const code = await client.connect({ ...connect, clean })
  if (code !== 0) throw new Error(`CONNACK ${code}`)
  return client
}

const heardBy = (client: RawClient) =>
  client.received.filter(({ type }) => type === TYPE.publish).map((packet) => readPublish(packet))

const NEVER = '2026-01-01T00:00:00.000Z'
const info = JSON.stringify({
  ...{
    ts: NEVER,
    version: '0.1.0',
    bootId: 'boot-aaaa-0001',
    capabilities: ['rotator', 'rig'],
  },
  driver: { kind: 'simulated', model: 'none' },
  keyIssuedAt: NEVER,
  mount: {
    ...{
      azMin: 0,
      azMax: 450,
      elMin: 0,
      elMax: 90,
      azRate: 6,
      elRate: 6,
      beamwidth: 20,
      parkAz: 0,
      parkEl: 90,
    },
    keepOut: [],
  },
})
const rig = JSON.stringify({
  ...{ ts: NEVER, seq: 1, downlinkHz: 1, uplinkHz: null, mode: 'FM', dialHz: 0, rprt: 0 },
})
const health = JSON.stringify({
  ...{ ts: NEVER, seq: 1, uptimeS: 5, rssMiB: 80, driverUp: true, misses: 0, plans: 0 },
  diskFreeMiB: 1000,
})

const contact = (org: string) =>
  JSON.stringify({ ts: NEVER, contact: makeContact({ org, stationId: STATION }) })

/** What a station says, and which of it is kept. */
const SAYINGS: readonly (readonly [leaf: string, payload: string, retain: boolean])[] = [
  ['info', info, true],
  ['state', onlineState(), true],
  ['telemetry/rot', telemetry(), false],
  ['telemetry/rig', rig, false],
  ['telemetry/health', health, false],
  ['ack/command-0001', ack('command-0001'), false],
]

/** Everything that can be said on the bus is said once, by whom it may. Returns the topics. */
async function sayAll(world: World, speakers: ReadonlyMap<string, RawClient>): Promise<string[]> {
  const said: string[] = []
  const director = speakers.get('svc_director')
  for (const [sid, org] of STATIONS) {
    const me = speakers.get(sid)
    for (const [leaf, payload, retain] of SAYINGS) {
      me?.send(publishPacket(topicOf(sid, leaf, org), payload, { retain }))
      said.push(topicOf(sid, leaf, org))
    }
    director?.send(publishPacket(topicOf(sid, 'plan/contact-0001', org), 'a.b.c', { qos: 1 }))
    said.push(topicOf(sid, 'plan/contact-0001', org))
    for (const channel of ['rot', 'rig', 'stop', 'park', 'config']) {
      world.broker.publish(topicOf(sid, `cmd/${channel}`, org), 'a.b.c')
      said.push(topicOf(sid, `cmd/${channel}`, org))
    }
    world.broker.publish(topicOf(sid, 'control', org), JSON.stringify({ ts: NEVER, control: null }))
    said.push(topicOf(sid, 'control', org))
  }
  for (const org of [ORG, OTHER_ORG]) {
    world.broker.publish(`talos/${org}/contact/contact-0001`, contact(org))
    said.push(`talos/${org}/contact/contact-0001`)
  }
  world.broker.publish('talos/system/refresh', JSON.stringify({ ts: NEVER, what: 'keys' }))
  said.push('talos/system/refresh')
  for (const speaker of speakers.values()) await speaker.ping()
  return said
}

t.test('B27 P6: of everything that is said, each hears what it may and nothing else', async (t) => {
  const world = await worldOf(t)
  const clients = new Map<string, RawClient>()
  for (const side of readers) {
    const client = await enter(world, side)
    for (const filter of WIDEST) await client.subscribe([filter], 1)
    clients.set(side.name, client)
  }
  const said = await sayAll(world, clients)
  for (const client of clients.values()) await client.ping()
  const cells = new Cells()
  for (const { name, who } of readers) {
    const heard = heardBy(clients.get(name) as RawClient).map(({ topic }) => topic)
    for (const topic of said) cells.add(`${name} hears ${topic}`, heard.includes(topic), mayHear(who, topic))
    t.same(
      heard.filter((topic) => !said.includes(topic)),
      [],
    )
  }
  cells.end(t, 200)
})

t.test('P6 B22 B27: of what is retained, each newcomer is shown what it may hear', async (t) => {
  const world = await worldOf(t)
  const speakers = new Map<string, RawClient>()
  for (const side of readers) speakers.set(side.name, await enter(world, side))
  const said = await sayAll(world, speakers)
  const kept = said.filter((topic) => /\/(?:info|state)$/.test(topic))
  t.equal(world.broker.metrics().retained, kept.length)
  const cells = new Cells()
  for (const side of readers) {
    const client = await enter(world, side)
    for (const filter of WIDEST) await client.subscribe([filter], 1)
    await client.ping()
    const shown = heardBy(client).filter(({ retain }) => retain)
    for (const topic of said) {
      const is = shown.some((message) => message.topic === topic)
      cells.add(`${side.name} is shown ${topic}`, is, kept.includes(topic) && mayHear(side.who, topic))
    }
  }
  cells.end(t, 200)
})

t.test(
  'P1 P5 P7 P18 B18 B23: what was asked for, queued or in flight is nobody’s after the right',
  async (t) => {
    const world = await worldOf(t)
    const speakers = new Map<string, RawClient>()
    for (const [sid] of STATIONS) speakers.set(sid, await enter(world, sideOf(sid)))
    for (const side of readers) {
      const { principal, connect, name } = side
      if (principal === null) continue
      const before = await enter(world, side, false)
      for (const filter of WIDEST) await before.subscribe([filter], 1)
      const heard = heardBy(before).length
      // In flight: said in the very turn in which the right ends.
      for (const [sid, org] of STATIONS)
        world.broker.publish(topicOf(sid, 'cmd/stop', org), 'in.flight.still')
      const match =
        principal.kind === 'user'
          ? { sessionId: principal.sessionId }
          : { credentialId: principal.credentialId }
      t.equal(world.broker.cut(match, 'test'), 1, name)
      await before.closed
      const rest = heardBy(before).slice(heard)
      // An antenna still hears the order to stop that came before the cut, and nobody else anything.
      t.same(
        rest.map(({ topic }) => topic),
        STATIONS.filter(([sid]) => sid === name).map(([sid, org]) => topicOf(sid, 'cmd/stop', org)),
        `${name} hears nothing of another in the turn in which it is cut`,
      )
      world.principals.delete(String(connect.username))
      const knock = await world.open()
      t.equal(await knock.connect({ ...connect, clean: false }), 4)
      speakers.delete(name)
      await sayAll(world, speakers)
      world.principals.set(String(connect.username), principal)
      const after = await enter(world, side, false)
      t.equal(after.received[0]?.body[0], 0, 'no session is present')
      await sayAll(world, speakers)
      await after.ping()
      t.same(heardBy(after), [], `${name} is told nothing that it has not asked for again`)
      if (principal.kind === 'station') speakers.set(name, after)
    }
  },
)

t.test(
  'B9 P9 P16: nobody comes in under the client id of another, and nobody is thrown out by it',
  async (t) => {
    const world = await worldOf(t)
    const victims = new Map<string, RawClient>()
    for (const side of readers) victims.set(side.name, await enter(world, side))
    const cells = new Cells()
    for (const attacker of SIDES)
      for (const victim of readers) {
        if (attacker === victim) continue
        for (const clean of [true, false]) {
          const client = await world.open()
          const code = await client.connect({
            ...attacker.connect,
            clientId: victim.connect.clientId,
            clean,
          })
          cells.add(`${attacker.name} as ${victim.connect.clientId}`, code === 0, false)
          if (!(await victims.get(victim.name)?.ping())) t.fail(`${victim.name} was thrown out`)
        }
      }
    t.same(cells.wrong, [], `${cells.count} takeovers`)
  },
)

/** What stands for more than itself in a topic, a log or a header, or is no text at all. */
const NAMES: readonly (string | Buffer)[] = [
  ...[
    '+',
    '#',
    '/',
    '$SYS',
    '$share/g/#',
    `${STATION}/#`,
    `${STATION}/+`,
    `+/${STATION}`,
    '..',
    '../x',
    '%c',
    '%u',
  ],
  ...[`${STATION}\0`, '\0', `${STATION}\n`, '\r\n', 'a\tb', ' ', `${STATION} `, `\ufeff${STATION}`, '\u202e'],
  ...['ｓtation-aaaa-0001', 'ѕtation-aaaa-0001', 'station-aaaa-000１', '💥', 'é', 'e\u0301', '__proto__'],
  ...[
    STATION.toUpperCase(),
    'x'.repeat(65),
    'x'.repeat(3000),
    'ticket ',
    'svc_director/',
    '*',
    '?',
    '(',
    '\\',
  ],
  ...[Buffer.from([0xff, 0xfe]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xc0, 0xaf])],
]

t.test(
  'P14 P15: no name or client id of wildcards, control characters or look-alikes comes in',
  async (t) => {
    const world = await worldOf(t)
    const victim = await enter(world, sideOf(STATION))
    for (const name of NAMES) {
      const text = String(name)
      // Somebody vouches for every one of them.
      world.principals.set(text, station(text, ORG))
      const password = keyOf(text)
      for (const connect of [
        { clientId: name, username: name, password },
        { clientId: STATION, username: name, password },
        { clientId: name, username: STATION, password: keyOf(STATION) },
        { clientId: `user:session-cell-0001:${text}`, username: 'ticket-1', password: keyOf('ticket-1') },
        { clientId: `svc_director:${text}`, username: 'svc_director', password: keyOf('svc_director') },
      ]) {
        const client = await world.open()
        t.not(await client.connect(connect), 0, `${printed(String(connect.clientId))} ${printed(text)}`)
        client.end()
      }
    }
    t.ok(await victim.ping())
    for (const { topic = '', detail } of world.refusals)
      t.notMatch(`${topic} ${detail}`, /[\p{Cc}\u2028\u2029]/u, 'a line of the audit trail stays a line')
  },
)
