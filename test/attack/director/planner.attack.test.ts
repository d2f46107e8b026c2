/** One bad satellite, or a core that answers garbage, does not stop the schedule of the others. */
import t, { type Test } from 'tap'
import type { ScheduleWish } from '../../../director/core-client.js'
import { FleetView } from '../../../director/fleet-view.js'
import { PassPool } from '../../../director/pass-pool.js'
import { Planner } from '../../../director/planner.js'
import { SatelliteCatalogue } from '../../../director/satellites.js'
import type { Question, Solved } from '../../../director/schedule-worker.js'
import { Thread } from '../../../director/thread.js'
import type { SatelliteRecord } from '../../../shared/api/elements.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR, iso } from '../../../shared/time.js'
import { campaign, elements, NOW, record, station } from '../../director/fixtures.js'
import { TestClock } from '../../support/clock.js'
import { type Answer, type Asked, fakeCore } from './fake-core.js'

class FixedClock extends TestClock {
  override now(): number {
    return NOW
  }
}

async function plan(t: Test, records: readonly SatelliteRecord[], twist: (asked: Asked) => Answer | null) {
  const said: object[] = []
  const log = { info: () => {}, warn: (fields: object) => void said.push(fields), error: () => {} }
  const demand = campaign(
    'campaign-1',
    records.map((r) => r.id),
    { allowStale: true },
  )
  const { core, asked } = await fakeCore(t, (one) => {
    const twisted = twist(one)
    if (twisted !== null) return twisted
    const { method, path } = one
    const page = (items: unknown[]) => ({ items, nextCursor: null })
    if (path.startsWith('/satellites/')) return records.find((r) => path.endsWith(r.id)) ?? {}
    if (path.includes('/stations')) return page([station('station-1')])
    if (path.includes('/campaigns')) return page([demand])
    if (path.includes('/contacts')) return page([])
    if (method === 'PUT') return { contacts: [], created: 0, kept: 0, cancelled: 0 }
    return page([])
  })
  const catalogue = new SatelliteCatalogue(core)
  const program = new URL('../../../director/schedule-worker.js', import.meta.url)
  const solver = new Thread<Question, Solved>(program, 'search for a schedule')
  t.teardown(() => solver.stop())
  const planner = new Planner(
    core,
    catalogue,
    new PassPool(),
    solver,
    { obstacles: async (opportunities) => opportunities.map(() => null) },
    { judged: async (_org, wish) => wish },
    { horizonMs: 24 * HOUR },
    new FixedClock(),
    log,
  )
  const replan = () => planner.replan(new FleetView('main'))
  const wishes = () =>
    asked.filter((one) => one.method === 'PUT').map(({ body }) => JSON.parse(body) as ScheduleWish)
  return { replan, wishes, said }
}

t.test('a satellite that has decayed since its elements were made is left out, and said', async (t) => {
  const [good] = elements()
  if (good === undefined) return t.fail('no training satellite')
  const epoch = iso(NOW - 60 * DAY).slice(0, -1)
  const fallen = { ...good, NORAD_CAT_ID: 4711, OBJECT_NAME: 'FALLEN', EPOCH: epoch, BSTAR: 0.5 }
  t.ok(satelliteFrom(fallen).stateSince(0), 'it was in orbit when its elements were made')
  t.throws(() => satelliteFrom(fallen).stateAt(NOW))
  const { replan, wishes, said } = await plan(t, [record(fallen), record(good)], () => null)
  await replan()
  const [wish] = wishes()
  t.ok(wish?.contacts.some(({ satelliteId }) => satelliteId === String(good.NORAD_CAT_ID)))
  t.match(said, [{ satellite: '4711' }])
})

t.test('a core that answers garbage gets no schedule, least of all an empty one', async (t) => {
  const garbage: Answer[] = [
    { status: 200, text: '' },
    { status: 200, text: '<html>' },
    { status: 200, text: '[]' },
    { status: 200, text: '{"items":null,"nextCursor":null}' },
    { status: 200, text: '{"items":[{"__proto__":{}}],"nextCursor":null}' },
    { status: 500, text: '{"code":"__proto__"}' },
  ]
  const records = elements().map(record)
  for (const part of ['/stations', '/campaigns', '/contacts', '/satellites'])
    for (const answer of garbage) {
      const { replan, wishes } = await plan(t, records, ({ path }) => (path.includes(part) ? answer : null))
      await t.rejects(replan(), { code: 'unavailable' }, `${part} ${JSON.stringify(answer)}`)
      t.same(wishes(), [])
    }
})

t.test('a list without an end ends', async (t) => {
  const { replan } = await plan(t, [], ({ path }) =>
    path.includes('/stations') ? { items: [], nextCursor: 'again' } : null,
  )
  await t.rejects(replan(), { code: 'unavailable' })
})
