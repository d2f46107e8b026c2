import t from 'tap'
import { iso, MINUTE, SECOND } from '../../../shared/time.js'
import { campaignBody, orbit, T0 } from './fixtures.js'
import { planningWorld, type Stage } from './world.js'

const world = await planningWorld(t)
t.beforeEach(() => {
  world.now = T0
  world.announced.length = 0
})

t.test('New wishes become contacts that are proposed and scheduled in one go', async (t) => {
  const stage = await world.stage()
  const result = await world.put(stage, [world.wish(stage, 60), world.wish(stage, 30)])
  t.match(result, { created: 2, kept: 0, cancelled: 0 })
  t.same(
    result.contacts.map((c) => c.aos),
    [iso(T0 + 30 * MINUTE), iso(T0 + 60 * MINUTE)],
    'in order of AOS',
  )
  const [contact] = result.contacts
  t.match(contact, {
    org: stage.org.slug,
    state: 'scheduled',
    satelliteName: stage.omm.OBJECT_NAME,
    actor: 'svc_director',
    planSeq: null,
    receiptAt: null,
    elementsEpoch: '2026-05-07T18:00:00.000Z',
  })
  t.same(await world.history(contact?.id ?? ''), ['proposed', 'scheduled'])
  t.equal(world.announced.length, 2)
  t.match(await world.trail(stage.org.id), [
    { action: 'schedule.store', actorId: 'svc_director', detail: { created: 2, cancelled: 0 } },
  ])
})

t.test('D9: the same schedule again changes nothing', async (t) => {
  const stage = await world.stage()
  const wishes = [world.wish(stage, 30), world.wish(stage, 60)]
  const first = await world.put(stage, wishes)
  world.announced.length = 0
  const again = await world.put(stage, wishes)
  t.match(again, { created: 0, kept: 2, cancelled: 0 })
  t.same(again.contacts, first.contacts)
  t.same(world.announced, [])
})

t.test('Two schedules at once: both hold, one after the other, and nothing is booked twice', async (t) => {
  const stage = await world.stage()
  const wishes = [world.wish(stage, 30), world.wish(stage, 60), world.wish(stage, 90)]
  const results = await Promise.all([1, 2, 3].map(() => world.put(stage, wishes)))
  t.same(results.map((r) => r.created).sort(), [0, 0, 3])
  t.equal(await world.prisma.contact.count({ where: { orgId: stage.org.id } }), 3)
})

t.test(
  'Two schedules at once that want different passes leave one of them, without an overlap',
  async (t) => {
    const stage = await world.stage()
    const a = world.wish(stage, 30)
    const b = world.wish(stage, 35)
    await Promise.all([world.put(stage, [a]), world.put(stage, [b])])
    const open = await world.prisma.contact.findMany({ where: { orgId: stage.org.id, state: 'scheduled' } })
    t.equal(open.length, 1)
    t.equal(await world.prisma.contact.count({ where: { orgId: stage.org.id, state: 'cancelled' } }), 1)
  },
)

t.test('What is not wished any more is cancelled, with the cause', async (t) => {
  const stage = await world.stage()
  const { contacts } = await world.put(stage, [world.wish(stage, 30), world.wish(stage, 60)])
  const [gone, stays] = contacts
  const result = await world.put(stage, [world.wish(stage, 60)])
  t.match(result, { created: 0, kept: 1, cancelled: 1, contacts: [{ id: stays?.id }] })
  t.match(await world.state(gone?.id ?? ''), { state: 'cancelled', cause: 'not in the new schedule' })
  const back = await world.put(stage, [world.wish(stage, 30), world.wish(stage, 60)])
  t.match(back, { created: 1, kept: 1 }, 'what the director dropped it may book again')
})

t.test('New elements move a pass: drifted and scheduled again with new times, its plan is old', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  await world.sign(stage, contact)
  await world.hear(stage, world.ack(contact.id, { hash: (await row(contact.id)).planHash ?? '' }))
  t.match(await world.state(contact.id), { state: 'uploaded' })
  const newer = orbit(Number(stage.satelliteId), T0, { MEAN_ANOMALY: 271 })
  await world.import([newer])
  const aos = iso(T0 + 30 * MINUTE + 5 * SECOND)
  const result = await world.put(stage, [world.wish({ ...stage, omm: newer }, 30, { aos })])
  t.match(result, {
    created: 0,
    kept: 1,
    contacts: [{ id: contact.id, aos, state: 'scheduled', planHash: null, planSeq: 1 }],
  })
  t.same(await world.history(contact.id), ['proposed', 'scheduled', 'uploaded', 'drifted', 'scheduled'])
  t.equal((await row(contact.id)).planJws, null)
})

t.test('New elements that hardly move a pass leave its plan alone', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  const { hash } = await world.sign(stage, contact)
  const newer = orbit(Number(stage.satelliteId), T0, { MEAN_ANOMALY: 270.001 })
  await world.import([newer])
  const aos = iso(T0 + 30 * MINUTE + 400)
  const result = await world.put(stage, [world.wish({ ...stage, omm: newer }, 30, { aos })])
  t.match(result.contacts, [
    { aos: contact.aos, elementsHash: contact.elementsHash, planHash: hash, state: 'scheduled' },
  ])
  t.same(await world.history(contact.id), ['proposed', 'scheduled'])
})

t.test('Running contacts are never touched', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  const { hash } = await world.sign(stage, contact)
  world.now = T0 + 29 * MINUTE
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'prepass' }] })
  const dropped = await world.put(stage, [])
  t.match(dropped, { cancelled: 0, contacts: [{ id: contact.id, state: 'prepass' }] })
  await world.prisma.campaign.update({ where: { id: stage.campaignId }, data: { enabled: false } })
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'tracking' }] })
  const moved = world.wish(stage, 1, { aos: iso(T0 + 30 * MINUTE + 20 * SECOND) })
  t.match(
    await world.put(stage, [moved]),
    { kept: 1, created: 0, contacts: [{ id: contact.id, aos: contact.aos, state: 'tracking' }] },
    'and their facts are not questioned any more',
  )
  world.now = T0
})

t.test('C7: newer elements while the antenna waits make another plan, and it waits for that', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  const { hash } = await world.sign(stage, contact)
  world.now = T0 + 28 * MINUTE
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'prepass' }] })
  await world.prisma.campaign.update({ where: { id: stage.campaignId }, data: { enabled: false } })
  const aos = iso(T0 + 30 * MINUTE + 20 * SECOND)
  const { contacts } = await world.put(stage, [world.wish(stage, 2, { aos })])
  t.match(contacts, [{ id: contact.id, aos, state: 'scheduled', planHash: null }])
  const [renewed] = contacts
  if (renewed === undefined) throw new Error('it is gone')
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'prepass' }] })
  t.match(await world.state(contact.id), { state: 'scheduled' }, 'it waits by the older plan')
  const second = await world.sign(stage, renewed)
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 2, hash: second.hash, phase: 'prepass' }] })
  t.match(await world.state(contact.id), { state: 'prepass' })
  t.match(await world.history(contact.id), [
    'proposed',
    'scheduled',
    'prepass',
    'drifted',
    'scheduled',
    'prepass',
  ])
  world.now = T0
})

t.test('One antenna, one contact: an overlap is refused, names both, and changes nothing', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  const other = await world.satellite()
  const satelliteId = String(other.NORAD_CAT_ID)
  await world.planning.campaigns.update(stage.person, stage.campaignId, {
    satellites: [stage.satelliteId, satelliteId],
  })
  const second = { ...stage, omm: other, satelliteId }
  const clash = world.put(stage, [world.wish(stage, 30), world.wish(second, 35)])
  await t.rejects(clash, {
    code: 'contact_conflict',
    detail: new RegExp(`contact ${contact.id}.*/contacts/1|/contacts/1.*contact ${contact.id}`),
  })
  const touching = await world.put(stage, [world.wish(stage, 30), world.wish(second, 40)])
  t.match(touching, { created: 1, kept: 1 }, 'contacts that touch are no overlap')
  t.match(await world.state(contact.id), { state: 'scheduled' })
})

t.test('D3: outdated facts are refused by name', async (t) => {
  const stage = await world.stage()
  const foreign = await world.stage()
  const pending = await world.station(stage.org, { status: 'pending' })
  const unknown = '0'.repeat(64)
  const cases = [
    [{ stationId: pending }, '/contacts/0/stationId', pending],
    [{ stationId: foreign.stationId }, '/contacts/0/stationId', foreign.stationId],
    [{ campaignId: foreign.campaignId }, '/contacts/0/campaignId', foreign.campaignId],
    [{ satelliteId: foreign.satelliteId }, '/contacts/0/satelliteId', foreign.satelliteId],
    [{ elementsHash: unknown }, '/contacts/0/elementsHash', unknown],
  ] as const
  for (const [more, pointer, value] of cases) {
    const put = world.put(stage, [world.wish(stage, 30, more)])
    await t.rejects(put, { code: 'schedule_outdated', options: { errors: [{ pointer }] } }, pointer)
    await world
      .put(stage, [world.wish(stage, 30, more)])
      .catch((error: Error) => t.match(error.message, value))
  }
  await world.planning.campaigns.remove(stage.person, stage.campaignId)
  await t.rejects(world.put(stage, [world.wish(stage, 30)]), { code: 'schedule_outdated' })
  t.equal(await world.prisma.contact.count({ where: { orgId: stage.org.id } }), 0)
})

t.test('Times that make no pass are bad input, each named', async (t) => {
  const stage = await world.stage()
  const good = world.wish(stage, 30)
  const cases = [
    [{ los: good.aos }, '/contacts/0/los'],
    [{ tca: iso(T0) }, '/contacts/0/tca'],
    [
      { aos: iso(T0 - 60 * MINUTE), tca: iso(T0 - 55 * MINUTE), los: iso(T0 - 50 * MINUTE) },
      '/contacts/0/los',
    ],
  ] as const
  for (const [more, pointer] of cases) {
    const put = world.put(stage, [{ ...good, ...more }])
    await t.rejects(
      put,
      { code: 'invalid_request', options: { errors: [{ pointer }] } },
      JSON.stringify(more),
    )
  }
  await t.rejects(world.put(stage, [], { to: iso(T0) }), { code: 'invalid_request' })
})

t.test('A pass that a person called off is not booked again; the schedule says why', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  await world.planning.contacts.cancel(stage.person, contact.id, 'wind')
  const result = await world.put(stage, [world.wish(stage, 30), world.wish(stage, 90)])
  t.match(result, { created: 1, kept: 0 })
  t.match(await world.planning.schedules.published(stage.org.id), {
    madeAt: iso(T0),
    value: 1,
    refused: [{ stationId: stage.stationId, aos: iso(T0 + 30 * MINUTE), reason: 'cancelled: wind' }],
  })
})

t.test('The published schedule of an organisation is its own, and empty before the first', async (t) => {
  const stage = await world.stage()
  t.same(await world.planning.schedules.published(stage.org.id), {
    madeAt: null,
    from: null,
    to: null,
    value: null,
    bound: null,
    wholeAt: null,
    refused: [],
    refusedCount: 0,
    nextCursor: null,
    unmet: [],
  })
  const slot = { stationId: stage.stationId, satelliteId: stage.satelliteId }
  const refusal = { ...slot, worth: 7, aos: iso(T0), los: iso(T0 + MINUTE), reason: 'below 10 degrees' }
  const refused = [{ ...refusal, rule: 'mount' as const, limit: null, beatenBy: [] }]
  const unmet = [
    {
      ...{ campaignId: stage.campaignId, satelliteId: null, day: '2026-05-08', wanted: 4, booked: 1 },
      reason: 'there are 2 passes that it could use',
    },
  ]
  const facts = { value: 12.5, bound: 13, wholeAt: iso(T0), refusedCount: 9, unmet }
  await world.put(stage, [], { ...facts, refused })
  t.same(await world.planning.schedules.published(stage.org.id), {
    madeAt: iso(T0),
    from: iso(T0),
    to: iso(T0 + 1440 * MINUTE),
    ...facts,
    refused,
    nextCursor: null,
  })
})

t.test('Refusals come by page, by station, by satellite and by the contact that beat them', async (t) => {
  const stage = await world.stage()
  const other = await world.station(stage.org)
  const chosen = world.wish(stage, 30)
  const refusal = (i: number, beaten: boolean) => ({
    stationId: i % 2 === 0 ? stage.stationId : other,
    satelliteId: stage.satelliteId,
    ...{ aos: iso(T0 + i * MINUTE), los: iso(T0 + (i + 5) * MINUTE), worth: 100 - i },
    ...{ rule: 'antenna' as const, limit: null, reason: 'taken' },
    beatenBy: beaten
      ? [
          {
            stationId: stage.stationId,
            satelliteId: stage.satelliteId,
            aos: chosen.aos,
            los: chosen.los,
            priority: 5,
            worth: 1,
          },
        ]
      : [],
  })
  const { contacts } = await world.put(stage, [chosen], {
    refused: Array.from({ length: 10 }, (_, i) => refusal(i, i === 3 || i === 4)),
  })
  const { schedules } = world.planning
  const id = stage.org.id
  const first = await schedules.published(id, { limit: 6 })
  t.equal(first.refused.length, 6)
  const rest = await schedules.published(id, { limit: 6, cursor: first.nextCursor ?? '' })
  t.same(
    [...first.refused, ...rest.refused].map((r) => r.worth),
    [100, 99, 98, 97, 96, 95, 94, 93, 92, 91],
  )
  t.equal(rest.nextCursor, null)
  t.equal((await schedules.published(id, { limit: 100, station: other })).refused.length, 5)
  t.equal((await schedules.published(id, { limit: 100, satellite: '9' })).refused.length, 0)
  const beaten = await schedules.published(id, { limit: 100, contact: contacts[0]?.id })
  t.same(
    beaten.refused.map((r) => [r.worth, r.beatenBy[0]?.contactId]),
    [
      [97, contacts[0]?.id],
      [96, contacts[0]?.id],
    ],
  )
  await t.rejects(schedules.published(id, { limit: 6, cursor: 'x' }), { code: 'invalid_request' })
})

t.test('A thousand contacts at once', async (t) => {
  const stage = await world.stage()
  const stations = await Promise.all(Array.from({ length: 20 }, () => world.station(stage.org)))
  const wishes = stations.flatMap((stationId) =>
    Array.from({ length: 50 }, (_, i) => world.wish({ ...stage, stationId }, 30 + 20 * i)),
  )
  t.match(await world.put(stage, wishes), { created: 1000 })
  t.match(await world.put(stage, wishes.slice(0, 500)), { kept: 500, cancelled: 500 })
  t.equal(world.announced.length, 1500)
})

const row = (id: string) => world.prisma.contact.findUniqueOrThrow({ where: { id } })

/** The first pass over the station of a stage that begins after an hour. */
async function comingPass(stage: Stage) {
  const { stationId: station, satelliteId: satellite } = stage
  const passes = await world.planning.passes.find(stage.org.id, {
    ...{ station, satellite, from: iso(world.now + 60 * MINUTE), to: iso(world.now + 2880 * MINUTE) },
  })
  const pass = passes.find((p) => !p.clippedStart && !p.clippedEnd)
  if (pass === undefined) throw new Error('no pass in two days')
  return pass
}

t.test(
  'D4: a pass booked by hand takes the place of what the schedule booked, and no schedule moves it',
  async (t) => {
    const stage = await world.stage()
    const pass = await comingPass(stage)
    const other = await world.satellite()
    const stage2 = { ...stage, omm: other, satelliteId: String(other.NORAD_CAT_ID) }
    const { id: campaignId } = await world.planning.campaigns.create(
      stage.person,
      campaignBody([stage2.satelliteId]),
    )
    const { aos, tca, los } = pass
    const rival = world.wish({ ...stage2, campaignId }, 0, { aos, tca, los })
    const to = { to: iso(world.now + 4 * 1440 * MINUTE) }
    const [loser] = (await world.put(stage, [rival], to)).contacts

    const { byHand } = world.planning
    const request = { stationId: stage.stationId, satelliteId: stage.satelliteId, at: pass.tca, priority: 10 }
    const booked = await byHand.book(stage.person, request)
    t.match(booked, { ...{ aos, los, state: 'scheduled', campaignId: null, fixedBy: 'ada' } })
    t.match(await world.planning.contacts.get(stage.org.id, loser?.id ?? ''), {
      ...{ state: 'cancelled', actor: 'booked-by-hand' },
    })
    t.match(await world.put(stage, [], to), { cancelled: 0, contacts: [{ id: booked.id }] })
    t.equal((await byHand.book(stage.person, request)).id, booked.id, 'twice is once')

    await t.rejects(world.put(stage, [rival], to), { code: 'contact_conflict' })
    const clash = { ...request, satelliteId: stage2.satelliteId }
    const found = await world.planning.passes.find(stage.org.id, {
      ...{ station: stage.stationId, satellite: stage2.satelliteId, from: aos, to: los },
    })
    const [own] = found
    if (own !== undefined && !own.clippedStart)
      await t.rejects(byHand.book(stage.person, { ...clash, at: own.tca }), { code: 'contact_conflict' })
    await t.rejects(byHand.book(stage.person, { ...request, at: iso(world.now + MINUTE) }), {
      code: 'invalid_request',
      detail: /not in sight/,
    })

    const moved = { ...world.wish(stage, 0, { aos, tca, los }), campaignId: null, worth: null }
    const later = { aos: iso(Date.parse(aos) + 5000), los: iso(Date.parse(los) + 5000) }
    await world.put(stage, [{ ...moved, ...later }], to)
    t.match(await world.planning.contacts.get(stage.org.id, booked.id), { ...later, fixedBy: 'ada' })

    await byHand.unfix(stage.person, booked.id)
    t.match(await world.put(stage, [], to), { cancelled: 1 })
    await t.rejects(byHand.fix(stage.person, booked.id), { code: 'contact_state' })
  },
)

t.test('D4: only what a person fixed may be for no campaign', async (t) => {
  const stage = await world.stage()
  await t.rejects(world.put(stage, [{ ...world.wish(stage, 30), campaignId: null }]), {
    code: 'schedule_outdated',
  })
  const contact = await world.booked(stage, 30)
  t.equal((await world.planning.byHand.fix(stage.person, contact.id)).fixedBy, 'ada')
  t.equal((await world.planning.byHand.fix(stage.person, contact.id)).fixedBy, 'ada')
  t.match(await world.put(stage, []), { cancelled: 0 })
  t.ok(world.refreshed.includes('contacts'), 'the director hears of it')
})

t.test('D4: what is forbidden is not booked by hand, and what is fixed is not forbidden', async (t) => {
  const stage = await world.stage()
  const { forbidden, byHand } = world.planning
  const pass = await comingPass(stage)
  const { stationId, satelliteId } = stage
  const ban = { stationId, satelliteId, from: pass.aos, to: pass.los, reason: 'interference' }
  const made = await forbidden.add(stage.person, ban)
  t.match(await forbidden.list(stage.org.id, { limit: 10 }), { items: [{ ...ban, createdBy: 'ada' }] })
  const request = { stationId, satelliteId, at: pass.tca, priority: 10 }
  await t.rejects(byHand.book(stage.person, request), { code: 'contact_conflict', detail: /interference/ })
  await forbidden.remove(stage.person, made.id)
  await t.rejects(forbidden.remove(stage.person, made.id), { code: 'not_found' })
  const booked = await byHand.book(stage.person, request)
  await t.rejects(forbidden.add(stage.person, ban), { code: 'contact_conflict', detail: booked.id })
  const stranger = await world.stage()
  await t.rejects(forbidden.add(stranger.person, ban), { code: 'invalid_request' })
  await t.rejects(byHand.fix(stranger.person, booked.id), { code: 'not_found' })
})
