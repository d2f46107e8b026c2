import fc from 'fast-check'
import t from 'tap'
import { type Firm, givingWay, isTooClose } from '../../../shared/giving-way.js'
import { longestSlewS } from '../../../shared/mount/setup.js'
import { PIECE_MS } from '../../../shared/orbit/long-passes.js'
import { iso, MINUTE, SECOND } from '../../../shared/time.js'
import { geostationary } from '../../support/slow-orbits.js'
import { campaignBody, MOUNT, SITE } from './fixtures.js'
import { planningWorld, type Stage } from './world.js'

const world = await planningWorld(t)

t.test('Of contacts that are too close one gives way, and it gives way to one that stands', (t) => {
  const firm = fc.record({
    stationId: fc.constantFrom('a', 'b'),
    satelliteId: fc.constantFrom('1', '2'),
    aosMs: fc.integer({ min: 0, max: 3600 }).map((s) => s * SECOND),
    lengthS: fc.integer({ min: 1, max: 900 }),
    prepassS: fc.constantFrom(0, 60),
    postpassS: fc.constantFrom(0, 60),
    priority: fc.integer({ min: 1, max: 10 }),
    isRunning: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(firm, { maxLength: 12 }), fc.constantFrom(0, 30 * SECOND), (list, betweenMs) => {
      const all: Firm[] = list.map(({ lengthS, ...f }, i) => ({
        ...f,
        id: String(i).padStart(2, '0'),
        losMs: f.aosMs + lengthS * SECOND,
      }))
      const given = givingWay(all, () => betweenMs)
      const stand = all.filter((f) => !given.has(f))
      const meet = (a: Firm, b: Firm) => a.stationId === b.stationId && isTooClose(a, b, betweenMs)
      const isMeeting = stand.some((a) =>
        stand.some((b) => a !== b && !(a.isRunning && b.isRunning) && meet(a, b)),
      )
      const isJust = [...given].every(
        ([a, b]) =>
          !a.isRunning && stand.includes(b) && meet(a, b) && (b.isRunning || b.priority >= a.priority),
      )
      return !isMeeting && isJust
    }),
  )
  t.end()
})

/** A second satellite of the same campaign owner, over the same station. */
async function another(stage: Stage): Promise<Stage> {
  const omm = await world.satellite()
  return { ...stage, omm, satelliteId: String(omm.NORAD_CAT_ID) }
}

/** Two contacts that a person has fixed, twenty minutes apart; the second has the lower priority. */
async function twoFixed() {
  const stage = await world.stage()
  const second = await another(stage)
  await world.planning.campaigns.update(stage.person, stage.campaignId, {
    satellites: [stage.satelliteId, second.satelliteId],
  })
  const wishes = [world.wish(stage, 60), world.wish(second, 80, { priority: 3 })] as const
  const { contacts } = await world.put(stage, wishes)
  const [a, b] = contacts
  if (a === undefined || b === undefined) throw new Error('not booked')
  for (const { id } of contacts) await world.planning.byHand.fix(stage.person, id)
  const shifted = (ms: number) => {
    const { aos, tca, los, ...rest } = wishes[1]
    const later = (text: string) => iso(Date.parse(text) + ms)
    return { ...rest, aos: later(aos), tca: later(tca), los: later(los) }
  }
  return { stage, second, wishes, a, b, shifted }
}

const SLEW_MS = longestSlewS(MOUNT) * SECOND

t.test(
  'D4: of two fixed contacts that newer elements move into each other the lower gives way, and comes back',
  async (t) => {
    const { stage, second, wishes, a, b, shifted } = await twoFixed()
    await world.sign(second, b)
    world.announced.length = 0
    // From 80 minutes on to where only the slew is missing: the newer elements come in steps, for passes 90 s apart are others.
    const near = -(10 * MINUTE - SLEW_MS + SECOND)
    const steps = Array.from({ length: 8 }, (_, i) => (near * (i + 1)) / 8)
    for (const ms of steps) await world.put(stage, [wishes[0], shifted(ms)])
    const state = await world.state(b.id)
    t.match(state, { state: 'conflicting', actor: 'svc_director' })
    t.match(
      state.cause,
      new RegExp(`satellite ${stage.satelliteId} \\(contact ${a.id}, fixed, priority 5\\)`),
    )
    t.match(await world.state(a.id), { state: 'scheduled' })
    t.match(world.announced.at(-1), { id: b.id, state: 'conflicting', planHash: null }, 'it is told')
    await t.rejects(world.sign(second, { ...b, ...shifted(near) }), { code: 'contact_state' })

    world.announced.length = 0
    const again = await world.put(stage, [wishes[0], shifted(near)])
    t.match(again.contacts, [{ id: a.id }, { id: b.id, state: 'conflicting' }])
    t.same(world.announced, [], 'what has not changed is not told again')

    const fits = near + 5 * SECOND
    await world.put(stage, [wishes[0], shifted(fits)])
    t.match(await world.state(b.id), { state: 'scheduled' })
    const { los } = shifted(fits)
    t.match(await world.planning.contacts.get(stage.org.id, b.id), { los, fixedBy: 'ada' })
    await world.sign(second, { ...b, ...shifted(fits) })
  },
)

t.test('A fixed contact that gave way comes back when the other is called off, listed or not', async (t) => {
  const { stage, wishes, a, b, shifted } = await twoFixed()
  for (const part of [1, 2, 3, 4, 5, 6, 7, 8]) await world.put(stage, [wishes[0], shifted(-75_000 * part)])
  t.match(await world.state(b.id), { state: 'conflicting' })
  await world.planning.contacts.cancel(stage.person, a.id, 'not needed')
  await world.put(stage, [])
  t.match(await world.state(b.id), { state: 'scheduled', cause: 'it fits again' })
})

t.test('What runs gives way to nothing, and a conflict that is over is called off by name', async (t) => {
  const { stage, wishes, a, b, shifted } = await twoFixed()
  const high = { ...wishes[0], priority: 1 }
  await world.put(stage, [high, shifted(0)])
  t.match(await world.state(a.id), { state: 'scheduled' })
  const began = world.now
  t.teardown(() => {
    world.now = began
  })
  for (const part of [1, 2, 3, 4, 5, 6, 7]) await world.put(stage, [high, shifted(-75_000 * part)])
  world.now = began + 61 * MINUTE
  await world.put(stage, [shifted(-600_000)])
  t.match(await world.state(b.id), { state: 'conflicting' }, 'though its priority is higher')
  world.now = began + 100 * MINUTE
  await world.planning.sweep.run()
  t.match(await world.state(b.id), { state: 'cancelled', cause: 'contact_conflict' })
})

t.test('A fixed contact that newer elements move into maintenance gives way to that', async (t) => {
  const { stage, wishes, b, shifted } = await twoFixed()
  const from = iso(Date.parse(b.los) + SECOND)
  const to = iso(Date.parse(b.los) + MINUTE)
  await world.planning.maintenance.create(stage.person, stage.stationId, {
    ...{ from, to, reason: 'new cable', now: false },
  })
  await world.put(stage, [wishes[0], shifted(5 * SECOND)])
  t.match(await world.state(b.id), { state: 'conflicting', cause: /in maintenance.*new cable/ })
})

t.test('What only the schedule has booked gives way to a fixed contact that moves into it', async (t) => {
  const { stage, wishes, a, b, shifted } = await twoFixed()
  await world.planning.byHand.unfix(stage.person, a.id)
  for (const part of [1, 2, 3, 4, 5, 6, 7, 8]) await world.put(stage, [wishes[0], shifted(-80_000 * part)])
  t.match(await world.state(a.id), { state: 'cancelled', cause: 'gave way to a contact that is fixed' })
  t.match(await world.state(b.id), { state: 'scheduled' })
})

t.test('D4: a pass is booked by hand only where the antenna has time to turn before and after', async (t) => {
  const { stage, a } = await twoFixed()
  const { stationId, satelliteId } = stage
  const [pass] = (
    await world.planning.passes.find(stage.org.id, {
      ...{ station: stationId, satellite: satelliteId },
      ...{ from: iso(world.now + 60 * MINUTE), to: iso(world.now + 2880 * MINUTE) },
    })
  ).filter((p) => !p.clippedStart && !p.clippedEnd)
  if (pass === undefined) throw new Error('no pass')
  const other = await another(stage)
  // The same orbit: the fixed one ends five seconds before the pass of the other begins.
  const los = iso(Date.parse(pass.aos) - 5 * SECOND)
  const aos = iso(Date.parse(los) - 10 * MINUTE)
  await world.prisma.contact.update({ where: { id: a.id }, data: { aos, tca: aos, los } })
  const request = { stationId, satelliteId: other.satelliteId, at: pass.tca, priority: 10 }
  await t.rejects(world.planning.byHand.book(stage.person, request), {
    code: 'contact_conflict',
    detail: /needs \d+ s between two contacts/,
  })
})

t.test('D4: what is always in sight is booked by hand piece after piece, and counted so', async (t) => {
  world.now += 7 * MINUTE
  const stage = await world.stage()
  const omm = geostationary(world.now, SITE.lon)
  await world.import([omm])
  const [stationId, satelliteId] = [stage.stationId, String(omm.NORAD_CAT_ID)]
  const { byHand, passes, previews } = world.planning
  const first = Math.ceil(world.now / PIECE_MS) * PIECE_MS
  const book = (ms: number) => byHand.book(stage.person, { stationId, satelliteId, at: iso(ms), priority: 5 })
  const span = (fromMs: number) => ({ aos: iso(fromMs), los: iso(fromMs + PIECE_MS) })
  const one = await book(first + MINUTE)
  t.match(one, span(first))
  t.match(await book(first + PIECE_MS), span(first + PIECE_MS), 'at the joint: the one that begins there')
  t.equal((await book(first + 2 * MINUTE)).id, one.id, 'twice is once')
  await t.rejects(book(world.now + MINUTE), {
    code: 'invalid_request',
    detail: /has begun; what is in sight for hours can be booked from the next even hour/,
  })
  const own = await world.prisma.contact.findMany({ where: { stationId, satelliteId } })
  const wishes = own.map(({ aos, tca, los, elementsHash, elementsEpoch }) =>
    world.wish({ ...stage, satelliteId, omm }, 0, {
      ...{ aos: iso(aos.getTime()), tca: iso(tca.getTime()), los: iso(los.getTime()) },
      ...{ elementsHash, elementsEpoch: iso(elementsEpoch.getTime()), campaignId: null, worth: null },
    }),
  )
  t.match(await world.put(stage, wishes), { kept: 2, created: 0, cancelled: 0 })
  t.same(
    (await world.prisma.contact.findMany({ where: { stationId, satelliteId } })).map((c) => c.state),
    ['scheduled', 'scheduled'],
    'neither gives way to the other',
  )
  const whole = await passes.find(stage.org.id, { station: stationId, satellite: satelliteId })
  t.match(whole, [{ clippedStart: true, clippedEnd: true }], 'the list of passes shows it whole')
  const preview = await previews.preview(stage.org.id, {
    campaign: { ...campaignBody([satelliteId]), stations: [stationId] },
    replaces: null,
  })
  t.ok(
    preview.satellites[0]?.passes === 12,
    `${preview.satellites[0]?.passes} pieces, the one under way among them`,
  )
})
