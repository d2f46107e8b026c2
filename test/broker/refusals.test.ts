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
  const { refused, refusalsLeftOut } = counters.snapshot()
  t.same(refused.connect, { bad_credentials: 1001 }, 'metrics count them all')
  t.equal(refusalsLeftOut, 997)
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

t.test('P15: what came from outside cannot forge a line of the log', async (t) => {
  const { events, refusals } = world()
  refusals.report(refusal('192.0.2.1', { kind: 'publish', topic: 'a\nb\0c\u2028d\u009b"e' }))
  t.equal(events[0]?.topic, 'a\\nb\\u0000c\\u2028d\\u009b\\"e')
  t.equal(printable('x'.repeat(1000), 10).length, 10)
  t.equal(printable('\ud800', 10), '\\ud800')
})

t.test('P10: a listener that throws is logged and nothing more', async (t) => {
  const { errors, refusals } = world(() => {
    throw new Error('the database is gone')
  })
  t.doesNotThrow(() => refusals.report(refusal()))
  t.equal(errors.length, 1)
})
