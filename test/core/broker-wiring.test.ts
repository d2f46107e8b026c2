import t from 'tap'
import type { RefusalEvent } from '../../broker/contracts.js'
import type { AuditEntry } from '../../core/audit/audit.js'
import { RefusalAudit, wireEvents } from '../../core/broker-wiring.js'
import { Events } from '../../core/events.js'
import { SYSTEM_REFRESH } from '../../shared/topics.js'
import { TestClock } from '../support/clock.js'

const setUp = () => {
  const said: { topic: string; body: { what: string } }[] = []
  const cuts: unknown[][] = []
  const events = new Events(() => undefined)
  let publishedTwice = () => {}
  const twice = new Promise<void>((resolve) => {
    publishedTwice = resolve
  })
  const stop = wireEvents(
    { events, clock: new TestClock() },
    {
      publish: (topic, payload) => {
        if (said.push({ topic, body: JSON.parse(String(payload)) }) === 2) publishedTwice()
      },
      cut: (...args) => cuts.push(args),
    },
  )
  return { said, cuts, events, stop, twice }
}

t.test('B18, E18: what ends is cut; a station that is out leaves nothing retained', (t) => {
  const { cuts, events, stop } = setUp()
  t.teardown(stop)
  events.emit('ended', { sessionId: 's', reason: 'a' })
  events.emit('ended', { stationId: 'g', reason: 'b' })
  events.emit('ended', { stationId: 'g', credentialId: 'k', reason: 'c' })
  t.same(cuts, [
    [{ sessionId: 's' }, 'a', { purge: false }],
    [{ stationId: 'g' }, 'b', { purge: true }],
    [{ stationId: 'g', credentialId: 'k' }, 'c', { purge: false }],
  ])
  t.end()
})

t.test('who has control of a station is told to all who look', async (t) => {
  const { said, events, stop, twice } = setUp()
  t.teardown(stop)
  const at = '2026-11-22T10:00:00.000Z'
  const control = { by: { id: 'user-1111', email: null }, since: at, until: at }
  for (const one of [control, null])
    events.emit('control', { org: 'acme', stationId: 'station-1', control: one })
  await twice
  t.match(said, [
    { topic: 'talos/acme/gs/station-1/control', body: { control } },
    { topic: 'talos/acme/gs/station-1/control', body: { control: null } },
  ])
})

t.test('many refreshes of one kind go out as one, and none after the end', async (t) => {
  const { said, events, stop, twice } = setUp()
  for (let n = 0; n < 500; n++) events.emit('refresh', 'stations')
  events.emit('refresh', 'elements')
  t.same(said, [])
  await twice
  t.same(said.map(({ topic, body }) => [topic, body.what]).sort(), [
    [SYSTEM_REFRESH, 'elements'],
    [SYSTEM_REFRESH, 'stations'],
  ])
  events.emit('refresh', 'stations')
  stop()
  events.emit('refresh', 'keys')
  const later = setUp()
  t.teardown(later.stop)
  later.events.emit('refresh', 'keys')
  later.events.emit('refresh', 'elements')
  await later.twice
  t.equal(said.length, 2)
})

t.test('B24: what the database had no time for is told with the next row', async (t) => {
  const rows: AuditEntry[] = []
  let isBusy = false
  const audit = new RefusalAudit({
    prisma: { org: { findUnique: async () => ({ id: 'org-0001' }) } },
    audit: {
      tryRecord: (entry: AuditEntry) => {
        if (!isBusy) rows.push(entry)
        return !isBusy
      },
    },
    log: { warn: () => t.fail() },
  } as never)
  const event: RefusalEvent = {
    ...{ kind: 'publish', code: 'publish_denied', detail: 'no', remoteAddress: '192.0.2.1', at: 0 },
    ...{ principalId: 'station-0001', principalKind: 'station', org: 'main', topic: 'x', suppressed: 2 },
  }
  const note = async (more: Partial<RefusalEvent> = {}) => {
    audit.note({ ...event, ...more })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await note()
  isBusy = true
  await note()
  await note({ suppressed: 4 })
  isBusy = false
  await note({ suppressed: 0 })
  await note({ suppressed: 0 })
  t.match(rows, [
    {
      actor: { kind: 'station', id: 'station-0001' },
      orgId: 'org-0001',
      targetKind: 'publish',
      detail: { left_out: 2 },
    },
    { targetId: 'publish_denied', address: '192.0.2.1', detail: { topic: 'x', left_out: 8 } },
    { detail: { left_out: 0 } },
  ])
})

t.test('a listener that fails hurts neither the emitter nor the others', async (t) => {
  const errors: unknown[] = []
  const events = new Events((error) => errors.push(error))
  let heard = 0
  events.on('refresh', () => {
    throw new Error('sync')
  })
  events.on('refresh', async () => {
    throw new Error('async')
  })
  const off = events.on('refresh', () => {
    heard += 1
  })
  events.emit('refresh', 'keys')
  off()
  events.emit('refresh', 'keys')
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(heard, 1)
  t.equal(errors.length, 4)
})
