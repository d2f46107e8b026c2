import t from 'tap'
import { HISTORY_MS } from '../../../core/planning/elements.js'
import { DAY, HOUR } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'
import { hashOf, orbit, T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
t.beforeEach(() => {
  world.now = T0
  world.refreshed.length = 0
})

const current = (id: number) => world.planning.satellites.get(String(id))

t.test('The first set of a satellite makes it known, and directors are told', async (t) => {
  const omm = orbit(60_001, T0 - HOUR)
  t.same(await world.import([omm], 'celestrak:amateur'), { imported: 1, unchanged: 0, refused: [] })
  t.match(await current(60_001), {
    name: omm.OBJECT_NAME,
    source: 'celestrak:amateur',
    elementsHash: hashOf(omm),
    epoch: '2026-05-07T23:00:00.000Z',
    receivedAt: '2026-05-08T00:00:00.000Z',
    omm,
  })
  t.same(world.refreshed, ['elements'])
  t.same(await world.import([omm]), { imported: 0, unchanged: 1, refused: [] })
  t.same(world.refreshed, ['elements'], 'nothing new is no news')
})

t.test('Newer replaces older, older never replaces newer, and both stay in the history', async (t) => {
  const [older, middle, newer] = [3, 2, 1].map((h) => orbit(60_002, T0 - h * HOUR))
  if (older === undefined || middle === undefined || newer === undefined) return t.fail()
  await world.import([middle])
  t.match(await world.import([older]), { imported: 0, unchanged: 1 })
  t.equal((await current(60_002)).elementsHash, hashOf(middle))
  t.match(await world.import([newer]), { imported: 1, unchanged: 0 })
  t.equal((await current(60_002)).elementsHash, hashOf(newer))
  t.equal(await world.prisma.elementSet.count({ where: { satelliteId: '60002' } }), 3)
})

t.test('Within one file the newest wins, whatever the order', async (t) => {
  const sets = [1, 3, 2].map((h) => orbit(60_003, T0 - h * HOUR))
  await world.import(sets)
  t.equal((await current(60_003)).epoch, '2026-05-07T23:00:00.000Z')
})

t.test('Two imports at once leave the newest', async (t) => {
  const sets = [5, 4, 3, 2, 1].map((h) => orbit(60_004, T0 - h * HOUR))
  await Promise.all(sets.map((omm) => world.import([omm, orbit(60_005, T0 - HOUR)])))
  t.equal((await current(60_004)).epoch, '2026-05-07T23:00:00.000Z')
})

t.test('The same epoch with other numbers does not take the place', async (t) => {
  const first = orbit(60_006, T0 - HOUR)
  await world.import([first])
  t.match(await world.import([{ ...first, BSTAR: 0.0002 }]), { imported: 0, unchanged: 1 })
  t.equal((await current(60_006)).elementsHash, hashOf(first))
})

t.test('A set that is wrong is refused by place and field, and loses none of the others', async (t) => {
  const good = orbit(60_007, T0 - HOUR)
  const result = await world.import([good, { ...good, ECCENTRICITY: 1.5 }, orbit(60_008, T0 + 2 * DAY)])
  t.match(result, {
    imported: 1,
    refused: [
      { where: 'set 1 (/1/ECCENTRICITY)', name: 'SAT-60007', code: 'elements_invalid' },
      { where: 'satellite 60008', code: 'elements_invalid', detail: /ahead/ },
    ],
  })
  await t.rejects(current(60_008), { code: 'not_found' }, 'a set far ahead would block every true one')
})

const LINE1 = '1 25544U 98067A   26126.50000000  .00010000  00000-0  18000-3 0  999'
const LINE2 = '2 25544  51.6400 100.0000 0005000  80.0000 280.0000 15.5000000050000'
const checksum = (line: string) =>
  [...line].reduce((sum, c) => sum + (c === '-' ? 1 : Number.parseInt(c, 10) || 0), 0) % 10

t.test('TLE text is read by its columns; a bad one is named by line and field', async (t) => {
  const [one, two] = [LINE1 + checksum(LINE1), LINE2 + checksum(LINE2)]
  const bad = two.slice(0, 68) + ((checksum(LINE2) + 1) % 10)
  const text = ['ISS (ZARYA)', one, two, 'BROKEN', one, bad].join('\n')
  const result = await world.planning.elements.import(world.admin, { source: 'upload:file', text })
  t.match(result, {
    imported: 1,
    refused: [{ where: 'line 5 (/6/checksum)', name: 'BROKEN', detail: /checksum/ }],
  })
  t.match(await current(25_544), { name: 'ISS (ZARYA)', source: 'upload:file' })
})

t.test('Text that is no elements at all is an error', async (t) => {
  for (const text of ['[', '# nothing\n\n', '[]'])
    await t.rejects(world.planning.elements.import(world.admin, { source: 'x', text }), {
      code: 'elements_invalid',
    })
})

t.test('Old history is forgotten, later of what is followed; what points antennas never', async (t) => {
  const stage = await world.stage()
  const kept = (id: number | string) => world.prisma.elementSet.count({ where: { satelliteId: String(id) } })
  const [older, newer] = [orbit(60_010, T0 - 2 * DAY), orbit(60_010, T0 - DAY)]
  const followed = { ...stage.omm, EPOCH: orbit(1, T0 - HOUR).EPOCH }
  await world.import([older])
  await world.import([newer, followed])
  world.now = T0 + HISTORY_MS.other
  await world.planning.elements.prune()
  t.equal(await kept(60_010), 2, 'not before its time')
  world.now = T0 + HISTORY_MS.other + 1
  t.ok((await world.planning.elements.prune()) >= 1)
  t.equal(await kept(60_010), 1)
  t.equal((await current(60_010)).elementsHash, hashOf(newer))
  t.equal(await kept(stage.satelliteId), 2, 'a campaign follows it')
  world.now = T0 + HISTORY_MS.followed + 1
  await world.planning.elements.prune()
  t.equal(await kept(stage.satelliteId), 1)
})

t.test('The history tells of each set how far it moved the satellite, the newest first', async (t) => {
  const [older, newer] = [orbit(60_020, T0 - 12 * HOUR), orbit(60_020, T0 - HOUR, { MEAN_ANOMALY: 271 })]
  await world.import([older], 'celestrak:amateur')
  await world.import([newer], 'upload:file')
  const items = await world.planning.history.of('60020')
  t.match(items, [
    { elementsHash: hashOf(newer), current: true, source: 'upload:file', drift: { days: 11 / 24 } },
    { elementsHash: hashOf(older), current: false, source: 'celestrak:amateur', drift: null },
  ])
  t.ok((items[0]?.drift?.km ?? 0) > 1, 'made-up sets do not foretell each other')
  await t.rejects(world.planning.history.of('1'), { code: 'not_found' })
})

t.test('H10: an import is in the audit trail with what it brought', async (t) => {
  await world.import([orbit(60_011, T0 - HOUR)], 'upload:mine')
  const row = await world.prisma.auditEvent.findFirst({
    where: { action: 'elements.import' },
    orderBy: { id: 'desc' },
  })
  t.match(row, {
    actorId: 'ada',
    outcome: 'success',
    detail: { source: 'upload:mine', imported: 1, refused: 0 },
  })
})

t.test('The whole active catalogue in one file', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const result = await world.planning.elements.import(world.admin, { source: 'celestrak:active', text })
  t.ok(result.imported > 15_000, `${result.imported} imported`)
  const again = await world.planning.elements.import(world.admin, { source: 'celestrak:active', text })
  t.match(again, { imported: 0, unchanged: result.imported + result.unchanged })
})
