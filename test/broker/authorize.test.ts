import t from 'tap'
import { mayPublish, mayReceive, maySubscribe, rightsOf } from '../../broker/authorize.js'
import type { Principal } from '../../shared/principal.js'
import { isValidFilter } from '../../shared/topics.js'
import { director, NEIGHBOUR, ORG, OTHER_ORG, STATION, STRANGER, station, user } from '../support/broker.js'

/**
 * Design section 4, written a second time and otherwise: as patterns over whole topics. `hears` is what may reach the
 * principal, and so what its filters may match.
 */
interface Model {
  readonly says: RegExp
  readonly keeps: RegExp
  readonly hears: RegExp
}
const ID = '[a-z0-9-]{8,64}'
const SLUG = '[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?'
const NOTHING = /(?!)/
const MODELS: readonly (readonly [string, Principal, Model])[] = [
  ...[station(STATION, ORG), station(STRANGER, OTHER_ORG)].map((p): [string, Principal, Model] => [
    `station of ${p.org}`,
    p,
    {
      says: new RegExp(`^talos/${p.org}/gs/${p.id}/(info|state|telemetry/(rot|rig|health)|ack/${ID})$`),
      keeps: new RegExp(`^talos/${p.org}/gs/${p.id}/(info|state)$`),
      hears: new RegExp(`^(talos/${p.org}/gs/${p.id}/(cmd|plan)(/.*)?|talos/system/refresh)$`),
    },
  ]),
  [
    'person with view_telemetry',
    user(),
    {
      says: NOTHING,
      keeps: NOTHING,
      hears: new RegExp(`^talos/${ORG}/(gs/[^/]+/(info|state|control|telemetry/[^/]+)|contact/[^/]+)$`),
    },
  ],
  [
    'person of another organisation',
    user(['view_telemetry'], { org: OTHER_ORG }),
    {
      says: NOTHING,
      keeps: NOTHING,
      hears: new RegExp(`^talos/${OTHER_ORG}/(gs/[^/]+/(info|state|control|telemetry/[^/]+)|contact/[^/]+)$`),
    },
  ],
  [
    'person who may command but not look',
    user(['command_stations', 'configure_hardware', 'view_stations']),
    { says: NOTHING, keeps: NOTHING, hears: NOTHING },
  ],
  [
    'director',
    director,
    {
      says: new RegExp(`^talos/${SLUG}/gs/${ID}/plan/${ID}$`),
      keeps: NOTHING,
      hears:
        /^talos\/([^/]+\/(gs\/[^/]+\/(info|state|telemetry\/[^/]+|ack\/[^/]+)|contact\/[^/]+)|system\/refresh)$/,
    },
  ],
]

/** Real topics, near misses and nonsense. */
function universe(): string[] {
  const leaves = [
    ...['info', 'state', 'status', 'config', 'cmd', 'plan', 'ack', 'telemetry'],
    ...['telemetry/rot', 'telemetry/rig', 'telemetry/health', 'telemetry/other', 'telemetry/rot/raw'],
    ...['cmd/rot', 'cmd/rig', 'cmd/stop', 'cmd/park', 'cmd/config', 'cmd/other', 'cmd/rot/x'],
    ...[
      'plan/contact-0001',
      'plan/x',
      'plan/contact-0001/x',
      'ack/command-0001',
      'ack/x',
      'ack/UPPERCASE-1',
      'ack/a/b',
    ],
  ]
  const stations = [STATION, NEIGHBOUR, STRANGER, 'x']
  const orgs = [ORG, OTHER_ORG, 'system', 'UPPER']
  return [
    ...orgs.flatMap((org) =>
      stations.flatMap((sid) => leaves.map((leaf) => `talos/${org}/gs/${sid}/${leaf}`)),
    ),
    ...orgs.flatMap((org) => [
      `talos/${org}`,
      `talos/${org}/gs`,
      `talos/${org}/gs/${STATION}`,
      `talos/${org}/contact/contact-0001`,
      `talos/${org}/contact`,
      `talos/${org}/contact/contact-0001/x`,
    ]),
    ...[
      'talos/system/refresh',
      'talos/system/refresh/x',
      'talos/system/other',
      'talos',
      'other',
      '$SYS/x/heartbeat',
    ],
    ...['$SYS/broker/new/clients', `$share/group/talos/${ORG}/gs/${STATION}/cmd/rot`, ''],
  ]
}

/** Every way to blur a topic: each level kept or `+`, the rest kept or cut off by `#`. */
function blur(topic: string): string[] {
  const levels = topic.split('/')
  const out: string[] = []
  for (let mask = 0; mask < 2 ** levels.length; mask++) {
    const plus = levels.map((level, i) => ((mask >> i) & 1 ? '+' : level))
    out.push(plus.join('/'))
    for (let cut = 0; cut <= levels.length; cut++) out.push([...plus.slice(0, cut), '#'].join('/'))
  }
  return out
}

const toRegExp = (filter: string) => {
  const levels = filter.split('/').map((l) => (l === '+' ? '[^/]+' : l.replace(/[$.]/g, '\\$&')))
  if (levels.at(-1) !== '#') return new RegExp(`^${levels.join('/')}$`)
  const head = levels.slice(0, -1).join('/')
  return head === '' ? /^/ : new RegExp(`^${head}(/.*)?$`)
}

/** Topics that a filter matches and that nobody has thought of. */
function witnesses(filter: string): string[] {
  const levels = filter.split('/').map((l) => (l === '+' ? 'other' : l))
  if (levels.at(-1) !== '#') return [levels.join('/')]
  const head = levels.slice(0, -1)
  return [head, [...head, 'other'], [...head, 'other', 'other']]
    .filter((l) => l.length > 0)
    .map((l) => l.join('/'))
}

const topicsOfWorld = universe()
/** Of two organisations and two stations, which is all that a filter can confuse. */
const filtersOfWorld = [
  ...new Set(topicsOfWorld.filter((topic) => !/UPPER|system\/|0002|\/gs\/x\//.test(topic)).flatMap(blur)),
]

for (const [name, principal, model] of MODELS) {
  t.test(`B3 B4 B5 B6 B7 B22 B27: ${name}: publishing agrees with the second model`, async (t) => {
    let asked = 0
    for (const topic of topicsOfWorld)
      for (const qos of [0, 1, 2])
        for (const retain of [false, true]) {
          asked++
          const expected = qos < 2 && model.says.test(topic) && (!retain || model.keeps.test(topic))
          if (mayPublish(principal, topic, { qos, retain }) !== expected)
            t.fail(`${topic} qos ${qos} retain ${retain} should be ${expected}`)
        }
    t.pass(`${asked} questions`)
  })

  t.test(`B7 B27: ${name}: receiving agrees with the second model`, async (t) => {
    for (const topic of topicsOfWorld) {
      // What is no topic of ours reaches nobody, whatever the filters say.
      const ours =
        /^talos\/([A-Za-z0-9-]+\/(gs\/[A-Za-z0-9-]+\/(info|state|control|telemetry\/(rot|rig|health)|cmd\/(rot|rig|stop|park|config)|(plan|ack)\/[A-Za-z0-9-]+)|contact\/[A-Za-z0-9-]+)|system\/refresh)$/
      const expected = ours.test(topic) && model.hears.test(topic)
      if (mayReceive(principal, topic) !== expected) t.fail(`${topic} should be ${expected}`)
    }
    t.pass(`${topicsOfWorld.length} topics`)
  })

  t.test(`B3 B8: ${name}: a filter is granted only if all that it matches may be heard`, async (t) => {
    for (const filter of filtersOfWorld) {
      const pattern = toRegExp(filter)
      const expected =
        isValidFilter(filter) &&
        [...topicsOfWorld.filter((topic) => pattern.test(topic)), ...witnesses(filter)].every((topic) =>
          model.hears.test(topic),
        )
      if (maySubscribe(principal, filter) !== expected) t.fail(`${filter} should be ${expected}`)
    }
    t.pass(`${filtersOfWorld.length} filters`)
  })
}

t.test('P15: ids that are wildcards or levels compile to no rights at all', async (t) => {
  for (const id of ['+', '#', 'a/b', '', 'short', 'UPPERCASE-0001', 'station-\n0001', '__proto__']) {
    t.same(rightsOf(station(id, ORG)).subscribe, [], JSON.stringify(id))
    t.notOk(mayPublish(station(id, ORG), `talos/${ORG}/gs/${id}/info`, { qos: 0, retain: false }))
    t.equal(rightsOf(station(id, ORG)).will, null)
  }
  for (const org of ['+', '#', '', 'a/b', 'ACME', '-a', 'a-'])
    for (const principal of [station(STATION, org), user(['view_telemetry'], { org })])
      t.same(rightsOf(principal).subscribe, [], JSON.stringify(org))
  const impostor = { kind: 'service', id: 'svc_other', credentialId: 'x' } as unknown as Principal
  t.same(rightsOf(impostor).subscribe, [])
})

t.test('B22: the only will is a station on its own state', async (t) => {
  t.equal(rightsOf(station(STATION, ORG)).will, `talos/${ORG}/gs/${STATION}/state`)
  t.equal(rightsOf(user()).will, null)
  t.equal(rightsOf(director).will, null)
})
