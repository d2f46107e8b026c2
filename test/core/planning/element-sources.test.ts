import t from 'tap'
import { iso } from '../../../shared/time.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { sources } = world.planning

t.test('A source is added once, reported on, and removed', async (t) => {
  const made = await sources.create(world.admin, { kind: 'celestrak', group: 'amateur' })
  t.match(made, {
    kind: 'celestrak',
    group: 'amateur',
    enabled: true,
    etag: null,
    checkedAt: null,
    lastResult: null,
  })
  await t.rejects(sources.create(world.admin, { kind: 'celestrak', group: 'amateur' }), { code: 'conflict' })
  await sources.create(world.admin, { kind: 'celestrak', group: 'Weather'.toLowerCase() })
  t.same(
    (await sources.list()).map((s) => s.group),
    ['amateur', 'weather'],
  )
  t.match(await sources.checked(made.id, { etag: '"abc"', result: '300 sets' }), {
    etag: '"abc"',
    lastResult: '300 sets',
    checkedAt: iso(T0),
  })
  await sources.remove(world.admin, made.id)
  await t.rejects(sources.remove(world.admin, made.id), { code: 'not_found' })
  await t.rejects(sources.checked(made.id, { etag: null, result: 'x' }), { code: 'not_found' })
  t.match(await world.trail(made.id), [
    { action: 'elements.source_create', actorId: 'ada', detail: { group: 'amateur' } },
    { action: 'elements.source_delete' },
  ])
})
