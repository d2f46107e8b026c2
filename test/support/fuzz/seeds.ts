/**
 * Well-formed packets from which the fuzzer starts, all of our own making.
 * @module
 */
import type { Principal } from '../../../shared/principal.js'
import {
  ack,
  DIRECTOR,
  director,
  keyOf,
  ORG,
  OTHER_ORG,
  offlineState,
  onlineState,
  STRANGER,
  station,
  telemetry,
  topicOf,
  user,
} from '../broker.js'
import {
  type ConnectOptions,
  DISCONNECT,
  PINGREQ,
  packet,
  publishPacket,
  subscribePacket,
  u16,
  unsubscribePacket,
} from '../raw-mqtt.js'

export interface Actor {
  readonly connect: ConnectOptions
  readonly principal: Principal
  /** What it may say and ask; the rest of the time it tries what it may not. */
  readonly lawful: readonly Buffer[]
}

/** A station, a person and the director. Each lane has people of its own, or they would take one another over. */
export function actorsOf(lane: number): Actor[] {
  const sid = `station-fuzz-000${lane}`
  const sessionId = `session-fuzz-000${lane}`
  const will = { topic: topicOf(sid, 'state'), payload: offlineState(), qos: 1, retain: true }
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
      lawful: [
        subscribePacket([`talos/${ORG}/gs/+/state`, `talos/${ORG}/gs/+/telemetry/+`]),
        unsubscribePacket([`talos/${ORG}/gs/+/state`]),
      ],
    },
    {
      connect: { clientId: `${DIRECTOR}:${lane}`, username: DIRECTOR, password: keyOf(DIRECTOR) },
      principal: director,
      lawful: [
        publishPacket(topicOf(sid, 'plan/contact-0001'), 'a.b.c', { qos: 1, id: 5 }),
        subscribePacket(['talos/+/gs/+/ack/+', 'talos/+/gs/+/state'], 1),
      ],
    },
  ]
}

export const ANYONE: readonly Buffer[] = [packet(0x40, u16(3)), PINGREQ, subscribePacket(['#', 'x'])]

export const UNLAWFUL: readonly Buffer[] = [
  publishPacket(topicOf(STRANGER, 'state', OTHER_ORG), onlineState(), { retain: true }),
  publishPacket(topicOf(STRANGER, 'cmd/rot', OTHER_ORG), 'a.b.c'),
  publishPacket('$SYS/x/new/clients', STRANGER),
  publishPacket('x/'.repeat(120), 'x'),
  subscribePacket(['#', `talos/${OTHER_ORG}/gs/+/state`, '$SYS/#']),
  subscribePacket(['$share/g/#', 'a#', '+a/b', '']),
  packet(0x50, u16(3)),
  packet(0x62, u16(3)),
  packet(0x70, u16(3)),
  packet(0xf0, u16(0)),
  DISCONNECT,
]
