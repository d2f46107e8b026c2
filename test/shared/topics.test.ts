import fc from 'fast-check'
import t from 'tap'
import {
  COMMAND_CHANNELS,
  covers,
  isValidFilter,
  parseTopic,
  TELEMETRY_CHANNELS,
  topics,
} from '../../shared/topics.js'

/** MQTT 3.1.1, 4.7, by recursion over levels: the meaning against which `covers` is held. */
function matches(filter: readonly string[], topic: readonly string[]): boolean {
  if (filter[0] === '#') return true
  if (filter.length === 0) return topic.length === 0
  if (topic.length === 0) return filter.length === 1 && filter[0] === '#'
  return (filter[0] === '+' || filter[0] === topic[0]) && matches(filter.slice(1), topic.slice(1))
}

/** All words of one to `depth` levels. */
function words(alphabet: readonly string[], depth: number): string[][] {
  const all: string[][] = []
  let last: string[][] = [[]]
  for (let i = 0; i < depth; i++) {
    last = last.flatMap((word) => alphabet.map((level) => [...word, level]))
    all.push(...last)
  }
  return all
}

/** All filters: `#` only at the end. */
const filters = (alphabet: readonly string[], depth: number) =>
  words([...alphabet, '+', '#'], depth).filter((f) => !f.slice(0, -1).includes('#'))

/** The one inclusion that `covers` denies although it holds: every topic has a first level. It costs no right of ours. */
const isRootCase = (allowed: string, asked: string) => asked === '#' && allowed === '+/#'

t.test('B8: covers says exactly what enumerating all topics says', async (t) => {
  const universe = words(['a', 'b', 'c'], 5)
  const all = filters(['a', 'b'], 3).map((f) => ({
    filter: f.join('/'),
    matched: new Set(universe.filter((topic) => matches(f, topic))),
  }))
  let wrong = 0
  for (const allowed of all)
    for (const asked of all) {
      const included = [...asked.matched].every((topic) => allowed.matched.has(topic))
      const expected = included && !isRootCase(allowed.filter, asked.filter)
      if (covers(allowed.filter, asked.filter) === expected) continue
      wrong++
      t.fail(`covers(${allowed.filter}, ${asked.filter}) is not ${expected}`)
    }
  t.equal(wrong, 0, `${all.length ** 2} pairs`)
})

t.test('B8: what is covered grants no topic that the allowed filter would not', async (t) => {
  const level = fc.constantFrom('talos', 'gs', 'x', '+')
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 6 }), fc.boolean())
    .map(([levels, open]) => (open ? [...levels, '#'] : levels))
  const topic = fc.array(fc.constantFrom('talos', 'gs', 'x', 'y'), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(filter, filter, topic, (allowed, asked, name) => {
      if (!covers(allowed.join('/'), asked.join('/'))) return true
      return !matches(asked, name) || matches(allowed, name)
    }),
    { numRuns: 20_000 },
  )
  t.pass()
})

t.test('B8: filters of attackers are not covered by those of a station', async (t) => {
  const allowed = 'talos/acme/gs/station-1/cmd/#'
  for (const asked of ['#', '+/#', 'talos/#', 'talos/+/gs/station-1/cmd/#', 'talos/acme/gs/+/cmd/rot'])
    t.notOk(covers(allowed, asked), asked)
  t.notOk(covers('talos/acme/gs/+/cmd/+', 'talos/acme/gs/s/cmd/#'), 'a/# matches a itself and a/b/c')
  t.ok(covers(allowed, allowed))
  t.ok(covers(allowed, 'talos/acme/gs/station-1/cmd/rot'))
  t.ok(covers(allowed, 'talos/acme/gs/station-1/cmd'), 'the parent is matched by #')
})

t.test('P26: filters that MQTT forbids or nobody of ours needs are invalid', async (t) => {
  for (const filter of [
    ...['', '/', 'a/', '/a', 'a//b', 'a#', 'a+', '+a', 'a+/b', '#/a', 'a/#/b', '##', '++'],
    ...[
      '$SYS/#',
      '$share/g/a',
      '$a',
      'a/$b',
      'a\0b',
      'a\nb',
      'a b',
      'ä',
      '__proto__',
      'a/../b',
      'a.b',
      'a_b',
    ],
    ...['a/b/c/d/e/f/g/h/i', 'x'.repeat(65), `${'a'.repeat(64)}/`.repeat(4)],
  ])
    t.notOk(isValidFilter(filter), JSON.stringify(filter))
  for (const filter of ['#', '+', '+/+', 'a/+/#', 'talos/acme/gs/+/telemetry/+', 'a/b/c/d/e/f/g/h'])
    t.ok(isValidFilter(filter), filter)
})

t.test('every topic that is built is read back as what it is', async (t) => {
  const org = 'acme'
  const sid = 'station-1'
  t.same(parseTopic(topics.info(org, sid)), { kind: 'info', org, sid })
  t.same(parseTopic(topics.state(org, sid)), { kind: 'state', org, sid })
  for (const channel of TELEMETRY_CHANNELS)
    t.same(parseTopic(topics.telemetry(org, sid, channel)), { kind: 'telemetry', org, sid, channel })
  for (const channel of COMMAND_CHANNELS)
    t.same(parseTopic(topics.command(org, sid, channel)), { kind: 'command', org, sid, channel })
  t.same(parseTopic(topics.plan(org, sid, 'c-1')), { kind: 'plan', org, sid, contactId: 'c-1' })
  t.same(parseTopic(topics.ack(org, sid, 'j-1')), { kind: 'ack', org, sid, jti: 'j-1' })
  t.same(parseTopic(topics.control(org, sid)), { kind: 'control', org, sid })
  t.same(parseTopic(topics.contact(org, 'c-1')), { kind: 'contact', org, contactId: 'c-1' })
  t.same(parseTopic(topics.refresh()), { kind: 'refresh' })
})

t.test('P14: what is not byte for byte one of our topics is none', async (t) => {
  for (const topic of [
    ...['', '/', 'talos', 'talos/acme', 'talos/acme/gs/s', 'talos/acme/gs/s/', 'talos//gs/s/info'],
    ...['talos/acme/gs/s/info/', 'talos/acme/gs/s/info/x', 'talos/acme/gs/s/status', 'Talos/acme/gs/s/info'],
    ...[
      'talos/acme/gs/s/telemetry',
      'talos/acme/gs/s/telemetry/x',
      'talos/acme/gs/s/cmd/x',
      'talos/acme/gs/s/cmd',
    ],
    ...['talos/acme/gs/s/plan', 'talos/acme/gs/s/plan/a/b', 'talos/acme/contact', 'talos/acme/contact/a/b'],
    ...['talos/system/refresh/', 'talos/system/other', '$SYS/x', '$share/g/talos/acme/gs/s/info'],
    ...['talos/+/gs/s/info', 'talos/acme/gs/#', 'talos/acme/gs/s\0/info', 'talos/acme/gs/s\n/info'],
    ...['talos/acme/gs/\ufffd/info', 'talos/__proto__/gs/s/info', `talos/acme/gs/${'s'.repeat(65)}/info`],
    ...['talos/acme/gs/s/constructor', 'talos/acme/gs/s/toString'],
  ])
    t.equal(parseTopic(topic), null, JSON.stringify(topic))
})

t.test('parseTopic never throws and never reads a wildcard as a level', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('talos', 'gs', '+', '#', 'info', 'ack'))),
      (levels) => {
        const parsed = parseTopic(levels.join('/'))
        return parsed === null || !/[+#$]/.test(levels.join('/'))
      },
    ),
    { numRuns: 5000 },
  )
  t.pass()
})
