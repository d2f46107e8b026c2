import t from 'tap'
import { campaignBody } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { campaigns } = world.planning

t.test('A campaign is made, changed in what it names, and ended; directors are told each time', async (t) => {
  const { org, person, satelliteId, stationId } = await world.stage()
  world.refreshed.length = 0
  const made = await campaigns.create(person, campaignBody([satelliteId], { stations: [stationId] }))
  t.match(made, { name: 'Weather', satellites: [satelliteId], stations: [stationId], createdBy: 'ada' })
  t.same(await campaigns.get(org.id, made.id), made)
  t.same(await campaigns.update(person, made.id, { priority: 9 }), { ...made, priority: 9 })
  await campaigns.remove(person, made.id)
  await t.rejects(campaigns.get(org.id, made.id), { code: 'not_found' })
  await t.rejects(campaigns.update(person, made.id, { priority: 1 }), { code: 'not_found' })
  await t.rejects(campaigns.remove(person, made.id), { code: 'not_found' })
  t.ok(await world.prisma.campaign.findUnique({ where: { id: made.id } }), 'the row stays for the history')
  t.same(world.refreshed, ['campaigns', 'campaigns', 'campaigns'])
  t.match(await world.trail(made.id), [
    { action: 'campaign.create', actorId: 'ada' },
    { action: 'campaign.update', detail: { fields: ['priority'] } },
    { action: 'campaign.delete' },
  ])
})

t.test('What a campaign points to must be there; each that is not is named', async (t) => {
  const { org, person, satelliteId, stationId, campaignId } = await world.stage()
  const foreign = await world.stage()
  const revoked = await world.station(org, { status: 'revoked' })
  const bad = campaignBody([satelliteId, '1'], { stations: [stationId, foreign.stationId, revoked] })
  const errors = {
    code: 'invalid_request',
    options: {
      errors: [{ pointer: '/satellites/1' }, { pointer: '/stations/1' }, { pointer: '/stations/2' }],
    },
  }
  await t.rejects(campaigns.create(person, bad), errors)
  await t.rejects(campaigns.update(person, campaignId, bad), errors)
})

t.test('R1: another organisation neither sees nor changes a campaign', async (t) => {
  const stage = await world.stage()
  const rival = await world.stage()
  const missing = { code: 'not_found' }
  await t.rejects(campaigns.get(rival.org.id, stage.campaignId), missing)
  await t.rejects(campaigns.update(rival.person, stage.campaignId, { enabled: false }), missing)
  await t.rejects(campaigns.remove(rival.person, stage.campaignId), missing)
  t.match(await campaigns.get(stage.org.id, stage.campaignId), { enabled: true })
})

t.test('The list goes page by page and is searched by name', async (t) => {
  const { org, person, satelliteId } = await world.stage()
  for (const name of ['Alpha', 'beta_1', 'betaX1'])
    await campaigns.create(person, campaignBody([satelliteId], { name }))
  const first = await campaigns.list(org.id, { limit: 3 })
  t.equal(first.items.length, 3)
  const rest = await campaigns.list(org.id, { limit: 3, cursor: first.nextCursor ?? '' })
  t.equal(rest.items.length, 1)
  t.equal(rest.nextCursor, null)
  const found = await campaigns.list(org.id, { limit: 10, search: 'BETA_' })
  t.same(
    found.items.map((c) => c.name),
    ['beta_1'],
    'a wildcard means itself',
  )
})

t.test('D4: rules that cannot be kept together are refused, those that stay counted', async (t) => {
  const stage = await world.stage()
  const change = (body: Parameters<typeof campaigns.update>[2]) =>
    campaigns.update(stage.person, stage.campaignId, body)
  t.match(await change({ maxPerDay: 3, minPerDay: 2, quotaPer: 'satellite' }), { maxPerDay: 3, minPerDay: 2 })
  await t.rejects(change({ minPerDay: 4 }), { code: 'invalid_request', detail: /maxPerDay/ })
  await change({ minGapS: 600 })
  await t.rejects(change({ simultaneous: 2 }), { code: 'invalid_request', detail: /one station at a time/ })
  t.match(await change({ simultaneous: 2, minGapS: 0, partial: true }), { simultaneous: 2, partial: true })
  t.match(await change({ maxPerDay: null }), { maxPerDay: null, minPerDay: 2 })
})

t.test('A preview tells what a campaign would find, and saves nothing', async (t) => {
  const { previews, passes } = world.planning
  const stage = await world.stage()
  const { org, satelliteId, stationId, campaignId } = stage
  const preview = (more = {}, replaces: string | null = null) =>
    previews.preview(org.id, { campaign: { ...campaignBody([satelliteId]), ...more }, replaces })
  const seen = (await passes.find(org.id, {})).filter((p) => !p.clippedEnd)

  const held = await preview()
  t.match(held.satellites, [{ passes: 0, without: { why: 'campaign', name: 'Weather', priority: 5 } }])
  const won = await preview({ priority: 6 })
  t.match(won, { stations: 1, leftOut: 0, free: { passes: seen.length }, under: { passes: 0 } })
  t.match(won.satellites, [{ without: null, passes: seen.length, nextAos: seen[0]?.aos }])
  t.match(await preview({}, campaignId), { free: { passes: seen.length } }, 'its own old self is no rival')

  const other = String((await world.satellite()).NORAD_CAT_ID)
  const [first] = seen
  const startMin = (Date.parse(first?.aos ?? '') - world.now) / 60_000
  await world.put(stage, [world.wish(stage, startMin)])
  const beside = await previews.preview(org.id, { campaign: campaignBody([other]), replaces: null })
  const over = await previews.preview(org.id, {
    campaign: { ...campaignBody([other]), priority: 6 },
    replaces: null,
  })
  t.equal(
    beside.under.passes,
    over.over.passes,
    'what counts as much stands in the way, what counts less gives way',
  )
  t.equal(beside.free.passes, over.free.passes)

  const radio = { rf: [{ direction: 'receive', lowHz: 1e8, highHz: 2e8, polarisation: 'any' }] }
  await world.prisma.station.update({ where: { id: stationId }, data: radio })
  const deaf = await preview({ priority: 6, downlinkHz: 437_800_000 })
  t.match(deaf, { radio: { passes: seen.length }, free: { passes: 0 }, most: 0 })
  const stale = String((await world.satellite({ EPOCH: '2026-03-01T00:00:00.000000' })).NORAD_CAT_ID)
  const old = (allowStale: boolean) =>
    previews.preview(org.id, { campaign: { ...campaignBody([stale]), allowStale }, replaces: null })
  t.match((await old(false)).satellites, [{ passes: 0, without: { why: 'elements' } }])
  t.match((await old(true)).satellites, [{ without: null }])

  await t.rejects(preview({ stations: ['0'.repeat(32)] }), { code: 'invalid_request' })
  await t.rejects(preview({}, '0'.repeat(32)), { code: 'not_found' })
  const foreign = await world.stage()
  await t.rejects(preview({}, foreign.campaignId), { code: 'not_found' })
  t.equal((await campaigns.list(org.id, { limit: 50 })).items.length, 1, 'nothing was saved')
})
