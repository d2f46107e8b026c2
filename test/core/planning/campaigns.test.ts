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
