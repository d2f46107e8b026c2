import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { RetainedMessages } from '../../broker/retained.js'
import { covers, topics } from '../../shared/topics.js'

const at = (kind: 'info' | 'state', org: string, sid: string) => ({ kind, org, sid })
const names = (retained: RetainedMessages, ...filters: string[]) =>
  [...retained.matching(filters)].map(({ topic }) => topic).sort()

function filled() {
  const retained = new RetainedMessages(DEFAULT_LIMITS)
  for (const org of ['acme', 'rival'])
    for (const sid of ['s1', 's2'])
      for (const kind of ['info', 'state'] as const)
        retained.set(at(kind, org, sid), Buffer.from(`${kind} ${org} ${sid}`), 1)
  return retained
}

t.test('P24: a filter finds what it matches and nothing of another organisation', async (t) => {
  const retained = filled()
  t.same(names(retained, 'talos/acme/gs/+/state'), ['talos/acme/gs/s1/state', 'talos/acme/gs/s2/state'])
  t.same(names(retained, 'talos/acme/gs/s1/info'), ['talos/acme/gs/s1/info'])
  t.same(names(retained, 'talos/acme/gs/s1/info', 'talos/acme/gs/+/info').length, 2, 'each once')
  t.equal(names(retained, 'talos/+/gs/+/state').length, 4)
  t.same(names(retained, 'talos/nobody/gs/+/state'), [])
  t.same(names(retained, 'talos/acme/contact/c1'), [])
  t.same(names(retained, 'talos/acme/gs/s3/info'), [])
})

t.test('any filter finds exactly the topics that it covers', async (t) => {
  const retained = filled()
  const all = ['acme', 'rival'].flatMap((org) =>
    ['s1', 's2'].flatMap((sid) => [topics.info(org, sid), topics.state(org, sid)]),
  )
  const level = fc.constantFrom('talos', 'acme', 'rival', 'gs', 's1', 's2', 'info', 'state', '+')
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 5 }), fc.boolean())
    .map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'))
  fc.assert(
    fc.property(filter, (asked) => {
      const expected = all.filter((topic) => covers(asked, topic)).sort()
      return JSON.stringify(names(retained, asked)) === JSON.stringify(expected)
    }),
    { numRuns: 5000 },
  )
  t.pass()
})

t.test('the newest message of a topic replaces the older', async (t) => {
  const retained = new RetainedMessages(DEFAULT_LIMITS)
  retained.set(at('state', 'acme', 's1'), Buffer.from('old'), 0)
  retained.set(at('state', 'acme', 's1'), Buffer.from('new'), 1)
  const [message] = retained.matching(['talos/acme/gs/s1/state'])
  t.match(message, { payload: Buffer.from('new'), qos: 1 })
  t.equal(retained.size, 1)
})

t.test('P18: there is room for so many and no more; replacing needs none', async (t) => {
  const retained = new RetainedMessages({ ...DEFAULT_LIMITS, retained: 2 })
  t.ok(retained.set(at('info', 'acme', 's1'), Buffer.from('1'), 1))
  t.ok(retained.set(at('state', 'acme', 's1'), Buffer.from('2'), 1))
  t.notOk(retained.set(at('info', 'acme', 's2'), Buffer.from('3'), 1))
  t.ok(retained.set(at('info', 'acme', 's1'), Buffer.from('4'), 1))
  t.same(names(retained, 'talos/acme/gs/s2/info'), [])
})

t.test(
  'P18: there is room for so many bytes, of all and of one station; what is outdated is not kept',
  async (t) => {
    const retained = new RetainedMessages({
      ...DEFAULT_LIMITS,
      retainedBytesPerStation: 10,
      retainedBytes: 16,
    })
    const says = (kind: 'info' | 'state', sid: string, bytes: number) =>
      retained.set(at(kind, 'acme', sid), Buffer.alloc(bytes), 1)
    t.ok(says('info', 's1', 6))
    t.notOk(says('state', 's1', 5), 'eleven of one station')
    t.ok(says('state', 's1', 4))
    t.ok(says('state', 's2', 6))
    t.notOk(says('info', 's3', 1), 'seventeen of all')
    t.equal(retained.bytes, 16)
    t.notOk(says('state', 's1', 5), 'and the state of before is gone')
    t.same(names(retained, 'talos/acme/gs/s1/+'), ['talos/acme/gs/s1/info'])
    t.equal(retained.bytes, 12)
    retained.purge('acme', 's1')
    retained.purge('acme', 's2')
    t.equal(retained.bytes, 0)
    t.equal(retained.size, 0)
  },
)

t.test('B18: a purge forgets one station, or all of an organisation', async (t) => {
  const retained = filled()
  t.same(retained.stations({ stationId: 's1' }), [
    { org: 'acme', sid: 's1' },
    { org: 'rival', sid: 's1' },
  ])
  t.same(retained.stations({ stationId: 's1', org: 'acme' }), [{ org: 'acme', sid: 's1' }])
  t.equal(retained.stations({ org: 'rival' }).length, 2)
  t.same(retained.stations({}), [], 'nothing named, nothing found')
  retained.purge('acme', 's1')
  retained.purge('acme', 's1')
  retained.purge('nobody', 's1')
  t.equal(retained.size, 6)
  t.same(names(retained, 'talos/acme/gs/+/state'), ['talos/acme/gs/s2/state'])
})
