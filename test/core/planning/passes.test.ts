import t from 'tap'
import { MAX_PAIRS, windowOf } from '../../../core/planning/passes.js'
import type { Omm } from '../../../shared/messages.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR, iso } from '../../../shared/time.js'
import { geostationary } from '../../support/slow-orbits.js'
import { campaignBody, orbit, SITE, T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { passes } = world.planning

t.test('The passes of the campaigns over the stations of the organisation, the next day', async (t) => {
  const stage = await world.stage()
  const second = await world.station(stage.org)
  await world.station(stage.org, { status: 'pending' })
  const found = await passes.find(stage.org.id, {})
  const alone = findPasses(satelliteFrom(stage.omm), SITE, T0, T0 + DAY, { minElevation: 10 })
  t.ok(alone.length > 2)
  t.equal(found.length, 2 * alone.length, 'two approved stations at one site')
  t.same(new Set(found.map((p) => p.stationId)), new Set([stage.stationId, second]))
  const [first] = alone
  t.match(found[0], {
    satelliteId: stage.satelliteId,
    satelliteName: stage.omm.OBJECT_NAME,
    aos: iso(first?.aos ?? 0),
    los: iso(first?.los ?? 0),
    maxEl: first?.maxEl,
    elementsAgeDays: 0.25,
  })
  const starts = found.map((p) => p.aos)
  t.same(starts, [...starts].sort())
})

t.test('Whoever asks for many passes leaves all others their turn', async (t) => {
  const stage = await world.stage()
  const [record] = await world.planning.satellites.byIds([stage.satelliteId])
  if (record === undefined) throw new Error('no satellite')
  const stands = Array.from({ length: 200 }, (_, i) => ({ id: String(i), site: SITE, minElevation: 10 }))
  const turnsOf = async (omm: Omm, days: number) => {
    let turns = 0
    let next = setImmediate(function again() {
      turns += 1
      next = setImmediate(again)
    })
    await passes.over([{ ...record, omm }], stands, T0, T0 + days * DAY)
    clearImmediate(next)
    return turns
  }
  t.ok((await turnsOf(record.omm, 1)) >= 8)
  t.ok((await turnsOf(record.omm, 5)) >= 40)
  t.ok((await turnsOf(geostationary(T0, SITE.lon), 1)) >= 60)
})

t.test('The mask and the minimum elevation of the station count', async (t) => {
  const stage = await world.stage()
  const before = await passes.find(stage.org.id, { station: stage.stationId })
  await world.prisma.station.update({ where: { id: stage.stationId }, data: { minElevation: 40 } })
  const after = await passes.find(stage.org.id, { station: stage.stationId })
  t.ok(after.length < before.length)
  t.ok(after.every((p) => p.maxEl >= 40))
  await world.prisma.station.update({ where: { id: stage.stationId }, data: { mask: [{ az: 0, el: 89 }] } })
  t.same(await passes.find(stage.org.id, { station: stage.stationId }), [])
})

t.test(
  'Any known satellite and station can be asked for; unknown and foreign ones are not found',
  async (t) => {
    const stage = await world.stage()
    const rival = await world.stage()
    t.ok((await passes.find(stage.org.id, { satellite: rival.satelliteId })).length > 0)
    await t.rejects(passes.find(stage.org.id, { station: rival.stationId }), { code: 'not_found' })
    await t.rejects(passes.find(stage.org.id, { satellite: '1' }), { code: 'not_found' })
    await world.prisma.station.update({ where: { id: stage.stationId }, data: { lat: null } })
    await t.rejects(passes.find(stage.org.id, { station: stage.stationId }), { code: 'station_state' })
    t.same(await passes.find(stage.org.id, {}), [], 'a station without a site has no passes')
  },
)

t.test('A decayed satellite is an error when asked for, and hides no others', async (t) => {
  const stage = await world.stage()
  const dead = orbit(80_001, T0 - 10 * DAY, { MEAN_MOTION: 16.4, BSTAR: 0.1 })
  await world.import([dead])
  await world.planning.campaigns.update(stage.person, stage.campaignId, {
    satellites: ['80001', stage.satelliteId],
  })
  const found = await passes.find(stage.org.id, {})
  t.ok(found.length > 2 && found.every((p) => p.satelliteId === stage.satelliteId))
  await t.rejects(passes.find(stage.org.id, { satellite: '80001' }), { code: 'elements_invalid' })
})

t.test('Elements so old that SGP4 speaks of no orbit any more give no passes', async (t) => {
  // The orbit of satellite.js's issue 152, 992 days after its epoch: garbage without an error.
  const epoch = Date.UTC(2023, 7, 20, 19, 25)
  const gone = orbit(45_110, epoch, {
    ...{ BSTAR: 0.003275, MEAN_MOTION: 15.34502222, ECCENTRICITY: 0.000974, INCLINATION: 69.9913 },
    ...{ RA_OF_ASC_NODE: 111.5649, ARG_OF_PERICENTER: 159.9373, MEAN_ANOMALY: 200.0626 },
  })
  const stage = await world.stage()
  t.match(await world.import([gone]), { imported: 1 })
  await world.planning.campaigns.update(stage.person, stage.campaignId, {
    satellites: ['45110', stage.satelliteId],
  })
  const found = await passes.find(stage.org.id, {})
  t.ok(found.length > 2 && found.every((p) => p.satelliteId === stage.satelliteId))
  await t.rejects(passes.find(stage.org.id, { satellite: '45110' }), { code: 'elements_invalid' })
})

t.test('A window is a day from now unless said, and a week at most', async (t) => {
  t.same(windowOf({}, T0), [T0, T0 + DAY])
  t.same(windowOf({ from: iso(T0 - DAY) }, T0), [T0 - DAY, T0])
  t.same(windowOf({ to: iso(T0 + 7 * DAY) }, T0), [T0, T0 + 7 * DAY])
  const bad = { code: 'invalid_request', options: { errors: [{ pointer: '/to' }] } }
  t.throws(() => windowOf({ to: iso(T0 + 7 * DAY + 1) }, T0), bad)
  t.throws(() => windowOf({ to: iso(T0) }, T0), bad)
})

t.test('More pairs than a request may cost are refused, saying what to name', async (t) => {
  const stage = await world.stage()
  for (let i = 0; i < 10; i++) await world.station(stage.org)
  const sets = Array.from({ length: 20 }, (_, i) => orbit(81_000 + i, T0 - HOUR))
  await world.import(sets)
  const ids = sets.map((omm) => String(omm.NORAD_CAT_ID))
  await world.planning.campaigns.create(stage.person, campaignBody(ids))
  t.ok(11 * 21 > MAX_PAIRS)
  await t.rejects(passes.find(stage.org.id, {}), {
    code: 'invalid_request',
    detail: /21 satellites over 11 stations/,
    options: { errors: [{ pointer: '/satellite' }] },
  })
  await passes.find(stage.org.id, { satellite: stage.satelliteId })
})
