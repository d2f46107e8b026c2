import t from 'tap'
import { DAY } from '../../../shared/time.js'
import { orbit, T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { satellites } = world.planning
await world.import([
  orbit(70_001, T0 - DAY, { OBJECT_NAME: 'NOAA 19' }),
  orbit(70_002, T0 - DAY, { OBJECT_NAME: 'noaa 18' }),
  orbit(70_003, T0 - DAY, { OBJECT_NAME: 'Meteor_M2' }),
  orbit(123_456_789, T0 - DAY, { OBJECT_NAME: '100 % CUBE' }),
])
const names = async (search: string) =>
  (await satellites.list({ limit: 200, search })).items.map((s) => s.name)

t.test('The age of elements is that of the moment of the question', async (t) => {
  t.match(await satellites.get('70001'), { age: 'fresh', ageDays: 1 })
  world.now = T0 + 4 * DAY
  t.match(await satellites.get('70001'), { age: 'old', ageDays: 5 })
  world.now = T0 + 20 * DAY
  t.match(await satellites.get('70001'), { age: 'stale', ageDays: 21 })
  world.now = T0
})

t.test('E25: search is by part of the name in any case, or by the begin of the number', async (t) => {
  t.same(await names('NoAa'), ['noaa 18', 'NOAA 19'])
  t.same(await names('1234567'), ['100 % CUBE'])
  t.same(await names('%'), ['100 % CUBE'], 'a wildcard means itself')
  t.same(await names('_'), ['Meteor_M2'])
  t.same(await names('nothing'), [])
})

t.test('E24: the list is by name without regard to case, page by page', async (t) => {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const page: { items: { name: string }[]; nextCursor: string | null } = await satellites.list({
      limit: 1,
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(...page.items.map((s) => s.name))
    cursor = page.nextCursor
  } while (cursor !== null)
  t.same(found, ['100 % CUBE', 'Meteor_M2', 'noaa 18', 'NOAA 19'])
  for (const cursor of ['x', 'WyJhIl0', 'W10'])
    await t.rejects(satellites.list({ limit: 1, cursor }), {
      code: 'invalid_request',
      options: { errors: [{ pointer: '/cursor' }] },
    })
})

t.test('An unknown satellite is not found', async (t) => {
  await t.rejects(satellites.get('1'), { code: 'not_found' })
})
