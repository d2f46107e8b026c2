import t from 'tap'
import type { Logger, RefusalEvent } from '../../broker/contracts.js'
import { Counters } from '../../broker/counters.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { printable, Refusals } from '../../broker/refusals.js'
import { MINUTE } from '../../shared/time.js'
import { FakeClock } from '../support/broker.js'

function world(tell?: (event: RefusalEvent) => void) {
  const events: RefusalEvent[] = []
  const errors: string[] = []
  const clock = new FakeClock()
  const counters = new Counters()
  const log: Logger = { info() {}, warn() {}, error: (_, message) => errors.push(message) }
  const limits = { ...DEFAULT_LIMITS, refusalsPerSource: 3, refusalsPerMinute: 10 }
  const refusals = new Refusals(tell ?? ((event) => events.push(event)), limits, clock, log, counters)
  return { events, errors, clock, counters, refusals }
}
const refusal = (remoteAddress = '192.0.2.1', more: Partial<RefusalEvent> = {}) => ({
  ...{ kind: 'connect' as const, code: 'bad_credentials' as const, detail: 'no', remoteAddress },
  ...more,
})

t.test('B24: a flood of one source is a few events and a count', async (t) => {
  const { events, clock, refusals, counters } = world()
  for (let i = 0; i < 1000; i++) refusals.report(refusal())
  t.equal(events.length, 3)
  t.same(
    events.map((event) => event.suppressed),
    [0, 0, 0],
  )
  clock.ms += MINUTE
  refusals.report(refusal())
  t.equal(events.at(-1)?.suppressed, 997)
  const { refused, limited } = counters.snapshot()
  t.same(refused.connect, { bad_credentials: 1001 }, 'metrics count them all')
  t.equal(limited.audit, 997)
})

t.test('B24: a flood from everywhere is bounded as a whole', async (t) => {
  const { events, refusals } = world()
  for (let i = 0; i < 1000; i++) refusals.report(refusal(`198.51.100.${i % 250}`))
  t.equal(events.length, 10)
})

t.test('B24: sources and kinds do not hide one another', async (t) => {
  const { events, refusals } = world()
  for (let i = 0; i < 100; i++) refusals.report(refusal())
  refusals.report(refusal('192.0.2.2'))
  refusals.report(
    refusal('192.0.2.1', { kind: 'publish', code: 'publish_denied', principalId: 'station-0001' }),
  )
  t.equal(events.length, 5)
})

t.test('B24: a source that does one thing too often does not hide that it does another', async (t) => {
  const { events, refusals } = world()
  for (let i = 0; i < 100; i++) refusals.report(refusal())
  refusals.report(refusal('192.0.2.1', { code: 'client_id_refused' }))
  t.match(
    events.at(-1),
    { code: 'client_id_refused', suppressed: 0 },
    'nor is its count mixed with the other',
  )
})

t.test('B24: when a flood is over, how much of it was left out is told with its last', async (t) => {
  const { events, clock, refusals, counters } = world()
  for (let i = 1; i <= 50; i++) refusals.report(refusal('192.0.2.1', { detail: `no ${i}` }))
  refusals.settle()
  t.equal(events.length, 3, 'not while there is no room for it')
  clock.ms += MINUTE
  refusals.settle()
  t.match(events.at(-1), { detail: 'no 50', suppressed: 46 })
  t.equal(
    events.reduce((all, { suppressed }) => all + 1 + suppressed, 0),
    50,
    'every refusal is in one of them',
  )
  clock.ms += MINUTE
  refusals.settle()
  t.equal(events.length, 4, 'once')
  t.equal(counters.snapshot().refused.connect.bad_credentials, 50, 'and counted once')
})

t.test('B24: the end of the broker settles what there is room for', async (t) => {
  const { events, clock, refusals } = world()
  refusals.start()
  for (let i = 0; i < 50; i++) refusals.report(refusal())
  clock.ms += MINUTE
  refusals.stop()
  t.equal(events.at(-1)?.suppressed, 46)
})

t.test('B24: the memory of sources has an end, and no packet stays in it', async (t) => {
  const { events, clock, refusals } = world()
  for (let i = 0; i < 11_000; i++)
    refusals.report(refusal(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, { topic: 'x'.repeat(60_000) }))
  t.equal(events.length, 10)
  clock.ms += MINUTE
  refusals.settle()
  t.equal(events.length, 20, 'as many as the bound for all allows')
  t.ok(events.every(({ topic }) => topic?.length === 256))
})

t.test('P15: what came from outside cannot forge a line of the log', async (t) => {
  const { events, refusals } = world()
  refusals.report(refusal('192.0.2.1', { kind: 'publish', topic: 'a\nb\0c\u2028d\u009b"e' }))
  t.equal(events[0]?.topic, 'a\\nb\\u0000c\\u2028d\\u009b\\"e')
  t.equal(printable('x'.repeat(1000), 10).length, 10)
  t.equal(printable('\ud800', 10), '\\ud800')
  t.equal(printable('a\u202eb\u200fc\u{e0041}', 10), 'a\\u202eb\\u200fc\\udb40\\udc41', 'nor turn it around')
})

t.test('P10: a listener that throws is logged and nothing more', async (t) => {
  const { errors, refusals } = world(() => {
    throw new Error('the database is gone')
  })
  t.doesNotThrow(() => refusals.report(refusal()))
  t.equal(errors.length, 1)
})
