import t from 'tap'
import type { SourceLooked } from '../../../shared/api/sources.js'
import { DAY, HOUR, iso, MINUTE } from '../../../shared/time.js'
import { T0 } from './fixtures.js'
import { type PlanningWorld, planningWorld } from './world.js'

const world: PlanningWorld = await planningWorld(t)
const { sources } = world.planning
t.beforeEach(() => {
  world.now = T0
})

const add = (target: string) => sources.create(world.admin, { kind: 'celestrak', target })
const looked = (url: string, more: Partial<SourceLooked> = {}): SourceLooked => ({
  ...{ url, outcome: 'changed', result: '300 new', etag: '"abc"', lastModified: null, retryAfterS: null },
  ...more,
})
const urlOf = (host: string, path: string) => `https://${host}/${path}`
const lookOf = async (id: string) => (await sources.list()).find((s) => s.id === id)?.look

t.test('A source is added once, claimed, reported on, and removed', async (t) => {
  const made = await add('amateur')
  t.match(made, { kind: 'celestrak', target: 'amateur', enabled: true, everyHours: 2, look: null })
  await t.rejects(add('amateur'), { code: 'conflict' })
  const url = urlOf('one.example', 'amateur')
  t.same(await sources.claim(made.id, url), { claimed: true, etag: null, lastModified: null })
  t.match(await lookOf(made.id), { outcome: 'asking', askedAt: iso(T0), nextAt: iso(T0 + 2 * HOUR) })
  await sources.looked(made.id, looked(url))
  await t.rejects(
    sources.looked(made.id, looked(url, { outcome: 'failed' })),
    { code: 'conflict' },
    'once told',
  )
  t.match(await lookOf(made.id), { url, outcome: 'changed', result: '300 new', failures: 0 })
  await sources.remove(world.admin, made.id)
  await t.rejects(sources.remove(world.admin, made.id), { code: 'not_found' })
  await t.rejects(sources.claim(made.id, url), { code: 'not_found' })
  await t.rejects(sources.looked(made.id, looked('https://nobody.example/')), { code: 'not_found' })
  t.match(await world.trail(made.id), [
    { action: 'elements.source_create', actorId: 'ada', detail: { target: 'amateur' } },
    { action: 'elements.source_delete' },
  ])
})

t.test('SatNOGS DB is asked for transmitters once a day, for elements as any other', async (t) => {
  const hours = async (target: 'tle' | 'transmitters') =>
    (await sources.create(world.admin, { kind: 'satnogs', target })).everyHours
  t.equal(await hours('transmitters'), 24)
  t.equal(await hours('tle'), 2)
})

t.test('Of many directors that see the time come, one asks', async (t) => {
  const { id } = await add('many')
  const url = urlOf('many.example', 'many')
  const claims = await Promise.all(Array.from({ length: 8 }, () => sources.claim(id, url)))
  t.equal(claims.filter((c) => c.claimed).length, 1)
  t.match(
    claims.filter((c) => !c.claimed),
    Array.from({ length: 7 }, () => ({ nextAt: iso(T0 + 2 * HOUR) })),
  )
})

t.test(
  'An address is asked once in two hours, whoever restarts, removes, adds or wants it checked',
  async (t) => {
    const { id } = await add('again')
    const url = urlOf('again.example', 'again')
    await sources.claim(id, url)
    // Nobody reported: the director was killed.
    await sources.remove(world.admin, id)
    const second = await add('again')
    world.now = T0 + 2 * HOUR - MINUTE
    t.match(await sources.claim(second.id, url), { claimed: false, nextAt: iso(T0 + 2 * HOUR) })
    t.match(await sources.check(world.admin, second.id), { look: { nextAt: iso(T0 + 2 * HOUR) } })
    t.match(await sources.claim(second.id, url), { claimed: false })
    const other = await sources.create(world.admin, { kind: 'url', target: url })
    t.match(await sources.claim(other.id, url), { claimed: false }, 'by another name too')
    world.now = T0 + 2 * HOUR
    t.match(await sources.claim(second.id, url), { claimed: true })
  },
)

t.test('What a source was known by is there for the next look', async (t) => {
  const { id } = await add('tagged')
  const url = urlOf('tagged.example', 'tagged')
  await sources.claim(id, url)
  await sources.looked(id, looked(url, { etag: '"v1"', lastModified: 'Sun, 22 Nov 2026 10:00:00 GMT' }))
  world.now = T0 + 3 * HOUR
  t.same(await sources.claim(id, url), {
    ...{ claimed: true, etag: '"v1"', lastModified: 'Sun, 22 Nov 2026 10:00:00 GMT' },
  })
})

t.test('A host that refuses is left alone, at every address, and longer each time', async (t) => {
  const [first, second] = [await add('first'), await add('second')]
  const [one, two] = [urlOf('strict.example', '1'), urlOf('strict.example', '2')]
  await sources.claim(first.id, one)
  await sources.claim(second.id, two)
  await sources.looked(second.id, looked(two))
  await sources.looked(first.id, looked(one, { outcome: 'refused', result: 'it answered 403' }))
  const wait = async (id: string) => (Date.parse((await lookOf(id))?.nextAt ?? '') - world.now) / HOUR
  for (const { id } of [first, second]) t.ok((await wait(id)) >= 6 && (await wait(id)) <= 7.5)
  const third = await add('third')
  t.match(await sources.claim(third.id, urlOf('strict.example', '3')), { claimed: false }, 'a new one too')
  world.now = T0 + 4 * HOUR
  const checked = await sources.check(world.admin, first.id)
  t.equal(checked.look?.nextAt, (await lookOf(first.id))?.nextAt, 'nobody makes it sooner')
  t.match(await sources.claim(second.id, two), { claimed: false })
  world.now = T0 + 8 * HOUR
  t.match(await sources.claim(second.id, two), { claimed: true })
  await sources.looked(second.id, looked(two, { outcome: 'refused', result: 'it answered 403' }))
  t.ok((await wait(first.id)) >= 12, 'the second refusal, by whichever address')
  t.equal((await lookOf(first.id))?.failures, 2)
})

t.test(
  'What failed comes later each time; a person may want it as soon as the two hours are over',
  async (t) => {
    const { id } = await add('failing')
    const url = urlOf('failing.example', 'x')
    for (const failures of [1, 2, 3]) {
      await sources.claim(id, url)
      await sources.looked(id, looked(url, { outcome: 'failed', result: 'it answered 500' }))
      t.equal((await lookOf(id))?.failures, failures)
      if (failures < 3) world.now = Date.parse((await lookOf(id))?.nextAt ?? '')
    }
    const asked = world.now
    t.ok(Date.parse((await lookOf(id))?.nextAt ?? '') >= asked + 8 * HOUR)
    world.now += 3 * HOUR
    t.match(await sources.check(world.admin, id), { look: { nextAt: iso(world.now) } })
    t.match(await sources.claim(id, url), { claimed: true })
  },
)

t.test('An answer that was on its way while its host refused elsewhere ends no refusal', async (t) => {
  const [slow, other] = [await add('slow'), await add('other')]
  const [one, two] = [urlOf('both.example', '1'), urlOf('both.example', '2')]
  await sources.claim(slow.id, one)
  await sources.claim(other.id, two)
  await sources.looked(other.id, looked(two, { outcome: 'refused', retryAfterS: 86_400 }))
  await sources.looked(slow.id, looked(one))
  t.ok(Date.parse((await lookOf(slow.id))?.nextAt ?? '') >= T0 + DAY)
})

t.test('An address that no source names is forgotten, but not before it could have been asked', async (t) => {
  const { id } = await add('gone')
  const url = urlOf('gone.example', 'x')
  await sources.claim(id, url)
  await sources.remove(world.admin, id)
  const isKept = async () => (await world.prisma.sourceLook.findUnique({ where: { url } })) !== null
  world.now = T0 + DAY
  await sources.prune()
  t.ok(await isKept())
  world.now = T0 + 2 * HOUR + DAY + 1
  await sources.prune()
  t.notOk(await isKept())
})
