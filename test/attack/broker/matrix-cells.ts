/**
 * Who, what and how: the sides of the matrix.
 * @module
 */
import type { Principal } from '../../../shared/principal.js'
import {
  DIRECTOR,
  director,
  keyOf,
  NEIGHBOUR,
  ORG,
  OTHER_ORG,
  STATION,
  STRANGER,
  station,
  topicOf,
  user,
} from '../../support/broker.js'
import type { ConnectOptions } from '../../support/raw-mqtt.js'
import type { Who } from './second-model.js'

export interface Side {
  readonly name: string
  readonly who: Who
  readonly principal: Principal | null
  readonly connect: ConnectOptions
}

const machine = (name: string, principal: Principal, who: Who, clientId = name): Side => ({
  ...{ name, who, principal, connect: { clientId, username: name, password: keyOf(name) } },
})
const person = (n: number, org: string, mayView: boolean): Side => {
  const sessionId = `session-cell-000${n}`
  const username = `ticket-${n}`
  const permissions = mayView
    ? (['view_telemetry'] as const)
    : (['view_stations', 'command_stations'] as const)
  return {
    name: `a person of ${org} ${mayView ? 'with' : 'without'} view_telemetry`,
    who: { is: 'person', org, mayView },
    principal: user(permissions, { org, sessionId, id: `user-cell-000${n}` }),
    connect: { clientId: `user:${sessionId}:1`, username, password: keyOf(username) },
  }
}
const stationSide = (sid: string, org: string) => machine(sid, station(sid, org), { is: 'station', org, sid })

export const SIDES: readonly Side[] = [
  stationSide(STATION, ORG),
  stationSide(NEIGHBOUR, ORG),
  stationSide(STRANGER, OTHER_ORG),
  person(1, ORG, true),
  person(2, ORG, false),
  person(3, OTHER_ORG, true),
  machine(DIRECTOR, director, { is: 'director' }, `${DIRECTOR}:1`),
  {
    ...{ name: 'nobody', who: { is: 'nobody' }, principal: null },
    connect: { clientId: 'station-none-0001', username: 'station-none-0001', password: 'x' },
  },
]

const LEAVES = [
  ...['info', 'state', 'telemetry/rot', 'telemetry/rig', 'telemetry/health', 'telemetry/other', 'telemetry'],
  ...['cmd/rot', 'cmd/rig', 'cmd/stop', 'cmd/park', 'cmd/config', 'cmd/other', 'cmd', 'plan/contact-0001'],
  ...[
    'plan/x',
    'plan/contact-0001/x',
    'plan',
    'ack/command-0001',
    'ack/x',
    'ack/COMMAND-0001',
    'ack',
    'status',
  ],
  ...['control', 'control/x', 'telemetry/rot/x', 'state/', '', 'STATE', 'state ', 'ѕtate'],
]
const PLACES: readonly (readonly [sid: string, org: string])[] = [
  [STATION, ORG],
  [NEIGHBOUR, ORG],
  [STRANGER, OTHER_ORG],
  // A station of one organisation under the name of the other.
  [STATION, OTHER_ORG],
]

const mine = topicOf(STATION, 'telemetry/rot')

/** Topic names, most of them nobody's. */
export const TOPICS: readonly string[] = [
  ...PLACES.flatMap(([sid, org]) => LEAVES.map((leaf) => topicOf(sid, leaf, org))),
  ...[ORG, OTHER_ORG, '+', ''].map((org) => `talos/${org}/contact/contact-0001`),
  ...['talos/system/refresh', 'talos/system/refresh/', 'talos/system', 'talos/system/other', 'talos', ''],
  ...['x', '/', '//', `/${mine}`, `${mine}/`, mine.replace('/gs/', '//gs/'), mine.toUpperCase(), ` ${mine}`],
  ...[
    '$SYS/x/new/clients',
    '$SYS/broker/uptime',
    '$share/g/x',
    `$share/g/${mine}`,
    `$${mine}`,
    '$',
    '$dropped',
  ],
  ...['#', '+', `talos/${ORG}/gs/+/state`, `talos/${ORG}/gs/#`, topicOf(STATION, '#'), topicOf('+', 'state')],
  ...[topicOf('__proto__', 'state'), topicOf('constructor', 'state'), topicOf(STATION, 'state', '__proto__')],
  ...[`${mine}\0`, `\0${mine}`, `${mine}\n`, `\ufeff${mine}`, mine.replace('talos', 'ｔalos'), '💥'],
  ...[topicOf(STATION, `ack/${'a'.repeat(65)}`), topicOf(STATION, `ack/${'a'.repeat(64)}`)],
  ...[
    topicOf('s'.repeat(65), 'plan/contact-0001'),
    'x'.repeat(300),
    'x/'.repeat(12),
    `${mine}${'/x'.repeat(9)}`,
  ],
  ...[topicOf('short', 'plan/contact-0001'), topicOf(STATION, 'plan/contact-0001', '-acme-')],
]

/** Every way to put wildcards into the topics of both organisations. */
function wildcards(): string[] {
  const bases = [
    ...[
      topicOf(STATION, 'telemetry/rot'),
      topicOf(STATION, 'cmd/rot'),
      topicOf(STATION, 'plan/contact-0001'),
    ],
    ...[topicOf(STATION, 'ack/command-0001'), topicOf(STATION, 'info'), topicOf(STATION, 'state')],
    ...[topicOf(STRANGER, 'state', OTHER_ORG), topicOf(STRANGER, 'cmd/stop', OTHER_ORG)],
    ...[`talos/${ORG}/contact/contact-0001`, 'talos/system/refresh'],
  ]
  return bases.flatMap((base) => {
    const levels = base.split('/')
    return Array.from({ length: 2 ** levels.length }, (_, mask) =>
      levels.map((level, i) => ((mask >> i) & 1 ? '+' : level)),
    ).flatMap((masked) => [
      masked.join('/'),
      ...masked.map((_, end) => [...masked.slice(0, end), '#'].join('/')),
      [...masked, '#'].join('/'),
      [...masked, '+'].join('/'),
    ])
  })
}

/** Filters, each once. */
export const FILTERS: readonly string[] = [
  ...new Set([
    ...wildcards(),
    ...TOPICS,
    ...[
      'a#',
      '+a',
      'a+/b',
      '#/a',
      'a/#/b',
      '##',
      '++',
      '+/#/',
      `$share/g/${topicOf(STATION, 'cmd/#')}`,
      '$share',
    ],
    ...['$SYS/#', '$SYS/+/new/clients', '$+', '$#', '+/+/new/clients', topicOf(STATION, 'cmd/ü')],
    ...[`${topicOf(STATION, 'cmd')}${'/x'.repeat(3)}`, `${topicOf(STATION, 'cmd')}${'/x'.repeat(4)}`],
    ...[
      `${topicOf(STATION, 'cmd')}/${'x'.repeat(65)}`,
      topicOf(STATION, 'cmd/+/#'),
      topicOf(STATION, 'cmd/+/+'),
    ],
  ]),
]
