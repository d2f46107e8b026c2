import fc from 'fast-check'
import t from 'tap'
import type { Opportunity } from '../../director/opportunities.js'
import { type Hold, makeSchedule, type ScheduleInput, worthOf } from '../../director/schedule.js'
import type { Booking } from '../../director/schedule-problem.js'
import type { Question, Solved } from '../../director/schedule-worker.js'
import { Thread } from '../../director/thread.js'
import type { Campaign } from '../../shared/api/campaigns.js'
import type { Satellite } from '../../shared/orbit/propagate.js'
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/time.js'
import { campaign, elements, mount, NOW, record, SITE, station } from './fixtures.js'

const [omm] = elements()
if (omm === undefined) throw new Error('no training satellite')
// The schedule looks at times and ranks only; the propagator is for the dry run, which is an argument.
const satellite = {} as Satellite

interface Wish {
  readonly station: string
  readonly satellite: string
  readonly priority: number
  readonly aosMin: number
  readonly minutes: number
  readonly maxEl: number
  /** What else its campaign says. */
  readonly rules: Partial<Campaign>
}

const opportunity = (w: Wish): Opportunity => ({
  antenna: { station: station(w.station), site: SITE, mount: mount() },
  satellite,
  record: { ...record(omm), id: w.satellite, name: `SAT ${w.satellite}` },
  campaign: campaign('campaign-1', [w.satellite], { priority: w.priority, ...w.rules }),
  onTarget: 1,
  link: { downlinkHz: null, uplinkHz: null, power: 1 },
  pass: {
    aos: NOW + w.aosMin * MINUTE,
    tca: NOW + (w.aosMin + w.minutes / 2) * MINUTE,
    los: NOW + (w.aosMin + w.minutes) * MINUTE,
    aosAz: 0,
    tcaAz: 90,
    losAz: 180,
    maxEl: w.maxEl,
    durationS: w.minutes * 60,
    rangeKm: 1000,
    light: { aos: 'sunlit', tca: 'sunlit', los: 'sunlit' },
    clippedStart: false,
    clippedEnd: false,
  },
})

const program = new URL('../../director/schedule-worker.js', import.meta.url)
const solver = new Thread<Question, Solved>(program, 'search for a schedule')
t.teardown(() => solver.stop())

interface Given
  extends Partial<Pick<ScheduleInput, 'holdOf' | 'forbidden' | 'memory' | 'hindered' | 'nowMs'>> {
  readonly standing?: Booking[]
  readonly obstacle?: (o: Opportunity) => string | null
  readonly asked?: Question[]
}

const make = async (
  wishes: Wish[],
  { standing = [], obstacle = () => null, asked = [], ...more }: Given = {},
) => {
  const opportunities = wishes.map(opportunity)
  const schedule = await makeSchedule({
    ...{ opportunities, standing, gapMs: () => MINUTE, holdOf: () => 'free', forbidden: [], hindered: [] },
    campaigns: opportunities.map((o) => o.campaign),
    obstacles: async (chosen) => chosen.map(obstacle),
    solve: (question) => {
      asked.push(question)
      return solver.ask(question)
    },
    ...{ nowMs: NOW, toMs: NOW + DAY, memory: null },
    ...more,
  })
  return { ...schedule, chosen: schedule.chosen.map(({ o }) => o) }
}

const standing = (over: Partial<Booking> = {}): Booking => ({
  ...{
    stationId: 'station-1',
    satelliteId: '9',
    satelliteName: 'OLD',
    campaignId: 'campaign-1',
    priority: 1,
  },
  ...{ worth: 100, aosMs: NOW, losMs: NOW + 12 * MINUTE, prepassS: 0, postpassS: 0 },
  ...over,
})

const wish = (over: Partial<Wish> = {}): Wish => ({
  station: 'station-1',
  satellite: '1',
  priority: 5,
  aosMin: 10,
  minutes: 10,
  maxEl: 40,
  rules: {},
  ...over,
})

t.test(
  'D4: of two passes that overlap, the higher priority is booked and the other says what beat it',
  async (t) => {
    const { chosen, refused } = await make([
      wish({ priority: 3 }),
      wish({ satellite: '2', priority: 9, aosMin: 15 }),
    ])
    t.same(
      chosen.map((o) => o.record.id),
      ['2'],
    )
    t.match(refused, [{ satelliteId: '1', reason: /SAT 2 \(priority 9\)/ }])
  },
)

const heldWhere =
  (is: (o: Opportunity) => boolean, hold: Hold = 'booked') =>
  (o: Opportunity): Hold =>
    is(o) ? hold : 'free'

t.test('between equals the higher culmination wins', async (t) => {
  t.same(
    (await make([wish({ maxEl: 20 }), wish({ satellite: '2', maxEl: 70 })])).chosen.map((o) => o.record.id),
    ['2'],
  )
})

t.test('the gap for slew and setup counts', async (t) => {
  const second = { satellite: '2', aosMin: 20.5 }
  t.equal((await make([wish(), wish(second)])).chosen.length, 1)
  t.equal((await make([wish(), wish({ ...second, aosMin: 21.1 })])).chosen.length, 2)
})

t.test('two stations may follow the same satellite at once', async (t) => {
  t.equal((await make([wish(), wish({ station: 'station-2' })])).chosen.length, 2)
})

t.test('what runs already keeps its antenna, whatever the priority of the newcomer', async (t) => {
  const { chosen, refused } = await make([wish({ priority: 10 })], { standing: [standing()] })
  t.same(chosen, [])
  t.match(refused, [{ reason: /OLD/ }])
})

t.test('a pass that the mount cannot follow is refused with the reason of the dry run', async (t) => {
  const { chosen, refused } = await make([wish()], { obstacle: () => 'no branch' })
  t.same(chosen, [])
  t.match(refused, [{ reason: 'no branch' }])
})

t.test('what is booked stays, unless something clearly better comes', async (t) => {
  const booked = (o: Opportunity) => o.record.id === '1'
  const rival = (minutes: number) => wish({ satellite: '2', aosMin: 12, minutes })
  const names = async (minutes: number, hold: Hold = 'booked') =>
    (await make([wish(), rival(minutes)], { holdOf: heldWhere(booked, hold) })).chosen.map((o) => o.record.id)
  t.same(await names(10.5), ['1'])
  t.same(await names(12), ['2'])
  t.same(await names(12, 'uploaded'), ['1'], 'what is at the station stays for more')
  t.same(await names(13, 'uploaded'), ['2'])
})

t.test('of what the mount cannot follow the next best takes the place, and both are told', async (t) => {
  const wishes = [
    wish({ priority: 9 }),
    wish({ satellite: '2', aosMin: 12 }),
    wish({ satellite: '3', aosMin: 14, priority: 2 }),
  ]
  const { chosen, refused } = await make(wishes, {
    obstacle: (o) => (o.record.id === '1' ? 'too fast' : null),
  })
  t.same(
    chosen.map((o) => o.record.id),
    ['2'],
  )
  t.same(
    refused.map(({ satelliteId, reason }) => [satelliteId, reason]),
    [
      ['1', 'too fast'],
      ['3', 'the antenna follows SAT 2 (priority 5) then'],
    ],
  )
})

const arbitraryWish = fc.record({
  station: fc.constantFrom('station-1', 'station-2'),
  satellite: fc.constantFrom('1', '2', '3', '4'),
  priority: fc.integer({ min: 1, max: 10 }),
  aosMin: fc.integer({ min: 0, max: 120 }),
  minutes: fc.integer({ min: 1, max: 20 }),
  maxEl: fc.integer({ min: 5, max: 90 }),
  rules: fc.constant({}),
})

/** Of one satellite, and one begins where the other ends: nothing is turned between them. */
const areJoined = (a: Opportunity, b: Opportunity): boolean =>
  a.record.id === b.record.id && (a.pass.los === b.pass.aos || b.pass.los === a.pass.aos)

t.test(
  'property: no antenna is booked twice, the value is the sum, and nothing beats the bound',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryWish, { maxLength: 40 }), fc.nat(3), async (wishes, kept) => {
        const { chosen, value, bound } = await make(wishes, {
          holdOf: heldWhere((o) => o.record.id === String(kept)),
        })
        const sum = chosen.reduce((s, o) => s + worthOf(o), 0)
        return (
          Math.abs(sum - value) < 1e-6 &&
          value <= bound &&
          bound <= 1.1 * value + 1e-6 &&
          chosen.every((a, i) =>
            chosen
              .slice(i + 1)
              .every(
                (b) =>
                  a.antenna.station.id !== b.antenna.station.id ||
                  areJoined(a, b) ||
                  a.pass.los + MINUTE <= b.pass.aos ||
                  b.pass.los + MINUTE <= a.pass.aos,
              ),
          )
        )
      }),
      { numRuns: 60 },
    )
  },
)

t.test('property: the same opportunities in any order make the same schedule', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(arbitraryWish, { maxLength: 25 })
        .chain((wishes) =>
          fc.tuple(fc.constant(wishes), fc.shuffledSubarray(wishes, { minLength: wishes.length })),
        ),
      async ([wishes, shuffled]) => {
        const names = ({ chosen }: Awaited<ReturnType<typeof make>>) =>
          chosen.map((o) => [o.antenna.station.id, o.record.id, o.pass.aos, o.pass.los, o.pass.maxEl])
        return JSON.stringify(names(await make(wishes))) === JSON.stringify(names(await make(shuffled)))
      },
    ),
    { numRuns: 60 },
  )
})

const times = (chosen: readonly Opportunity[]) => chosen.map((o) => (o.pass.aos - NOW) / MINUTE)
const daily = (count: number, rules: Partial<Campaign>, over: Partial<Wish> = {}) =>
  Array.from({ length: count }, (_, i) => wish({ aosMin: 10 + 30 * i, minutes: 5 + i, rules, ...over }))

t.test(
  'D4: no more contacts a day than the campaign allows, those of today that are flown included',
  async (t) => {
    const most = { maxPerDay: 3 }
    const { chosen, refused } = await make(daily(6, most))
    t.same(times(chosen), [100, 130, 160])
    t.match(refused[0], { rule: 'quota', limit: 3, beatenBy: { length: 3 } })
    const flown = standing({ aosMs: NOW - 3 * HOUR, losMs: NOW - 170 * MINUTE })
    t.same(times((await make(daily(6, most), { standing: [flown] })).chosen), [130, 160])
    const yesterday = standing({ aosMs: NOW - 13 * HOUR, losMs: NOW - 770 * MINUTE })
    t.equal((await make(daily(6, most), { standing: [yesterday] })).chosen.length, 3)
  },
)

t.test('D4: a quota counts for the campaign, or for each of its satellites', async (t) => {
  const both = (rules: Partial<Campaign>) => [
    ...daily(3, rules),
    ...daily(3, rules, { satellite: '2', station: 'station-2' }),
  ]
  t.equal((await make(both({ maxPerDay: 2 }))).chosen.length, 2)
  t.equal((await make(both({ maxPerDay: 2, quotaPer: 'satellite' }))).chosen.length, 4)
})

t.test(
  'D4: a minimum goes before what is worth more; where it cannot be reached, it is said why',
  async (t) => {
    const wanted = { id: 'campaign-2', minPerDay: 1 }
    const wishes = [wish({ priority: 6 }), wish({ satellite: '2', priority: 5, rules: wanted, aosMin: 12 })]
    const met = await make(wishes)
    t.same(
      met.chosen.map((o) => o.record.id),
      ['2'],
    )
    t.same(met.unmet, [])
    const more = await make([
      wish(),
      wish({ satellite: '2', rules: { ...wanted, minPerDay: 3 }, aosMin: 12 }),
    ])
    t.match(more.unmet, [
      {
        campaignId: 'campaign-2',
        satelliteId: null,
        day: '2026-11-22',
        wanted: 3,
        booked: 1,
        reason: /1 passes/,
      },
    ])
  },
)

t.test(
  'D4: between two contacts of a satellite lies the gap of its campaign, at whatever station',
  async (t) => {
    const rules = { minGapS: 3600 }
    const passes = [10, 60, 115].map((aosMin, i) => wish({ aosMin, station: `station-${i}`, rules }))
    const { chosen, refused } = await make(passes)
    t.same(times(chosen), [10, 115])
    t.match(refused, [{ rule: 'gap', limit: 3600, beatenBy: { length: 2 } }])
    const flown = standing({
      satelliteId: '1',
      stationId: 'station-7',
      aosMs: NOW - 20 * MINUTE,
      losMs: NOW - 10 * MINUTE,
    })
    t.same(times((await make(passes, { standing: [flown] })).chosen), [60])
  },
)

t.test('D4: as many stations at once as the campaign wants, a running one included', async (t) => {
  const at = (simultaneous: number) =>
    [1, 2, 3].map((i) => wish({ station: `station-${i}`, maxEl: 20 * i, rules: { simultaneous } }))
  const two = await make(at(2))
  t.same(
    two.chosen.map((o) => o.antenna.station.id),
    ['station-2', 'station-3'],
  )
  t.match(two.refused, [{ rule: 'simultaneous', limit: 2, beatenBy: { length: 2 } }])
  const running = standing({ satelliteId: '1', stationId: 'station-9', losMs: NOW + 30 * MINUTE })
  t.equal((await make(at(2), { standing: [running] })).chosen.length, 1)
})

t.test(
  'D4: where the whole pass does not fit, a part of it is booked, never below the shortest',
  async (t) => {
    const long = (minDurationS: number) =>
      wish({ priority: 3, minutes: 20, rules: { id: 'campaign-2', partial: true, minDurationS } })
    const rival = wish({ satellite: '2', priority: 10, aosMin: 24, minutes: 10 })
    const { chosen, refused } = await make([long(60), rival])
    t.same(times(chosen), [10, 24])
    t.equal((chosen[0]?.pass.los ?? 0) - NOW, 23 * MINUTE, 'a minute before the rival')
    t.same(refused, [])
    const whole = await make([long(15 * 60), rival])
    t.same(
      whole.chosen.map((o) => o.record.id),
      ['2'],
    )
    t.match(whole.refused, [{ rule: 'antenna', satelliteId: '1', beatenBy: [{ satelliteId: '2' }] }])
  },
)

t.test('D4: what is forbidden is not chosen, and says why', async (t) => {
  const forbidden = [
    {
      ...{ stationId: 'station-1', satelliteId: '1', reason: 'interference' },
      ...{ from: new Date(NOW + 15 * MINUTE).toISOString(), to: new Date(NOW + 16 * MINUTE).toISOString() },
    },
  ]
  const { chosen, refused } = await make([wish(), wish({ aosMin: 60 })], { forbidden })
  t.same(times(chosen), [60])
  t.match(refused, [{ rule: 'forbidden', reason: /interference/ }])
})

/** A fleet of an afternoon. */
const fleet = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    wish({
      ...{ station: `station-${i % 5}`, satellite: String(i % 40), aosMin: 5 + ((i * 37) % 601) },
      ...{ priority: 1 + (i % 10), minutes: 6 + (i % 9), maxEl: 10 + ((i * 13) % 80) },
      rules: { id: `campaign-${i % 10}`, simultaneous: 1, maxPerDay: i % 10 === 8 ? 6 : null },
    }),
  )

t.test('after one change only what lies around it is chosen anew, and the bound still holds', async (t) => {
  const wishes = fleet(800)
  const before = await make(wishes)
  const isBooked = (o: Opportunity) =>
    before.chosen.some(
      (c) =>
        c.record.id === o.record.id &&
        c.antenna.station.id === o.antenna.station.id &&
        Math.abs(c.pass.aos - o.pass.aos) < SECOND,
    )
  const lost = before.chosen[40]
  const key = (o: Opportunity) => `${o.antenna.station.id} ${o.record.id} ${o.pass.aos}`
  const left = wishes.filter((w) => key(opportunity(w)) !== (lost === undefined ? '' : key(lost)))
  const again: Given = { holdOf: heldWhere(isBooked), memory: before.memory, nowMs: NOW + MINUTE }

  const asked: Question[] = []
  const same = await make(wishes, { ...again, asked })
  t.same(same.chosen.map(key), before.chosen.map(key), 'nothing changed, nothing moves')
  t.same(asked[0]?.since?.touched, [])

  const after = await make(left, { ...again, asked })
  const touched = asked[1]?.since?.touched.length ?? 0
  t.ok(touched > 0 && touched < 0.1 * wishes.length, `${touched} of ${wishes.length} are looked at`)
  const stays = new Set(after.chosen.map(key))
  const moved = before.chosen.filter((o) => o !== lost && !stays.has(key(o)))
  t.ok(moved.length <= 3, `${moved.length} moved`)
  t.ok(after.value <= after.bound && after.value > 0.98 * after.bound)
  const whole = await make(left)
  t.ok(after.bound >= whole.value - 1e-6, 'the bound holds for all of it')

  const late = await make(left, { ...again, nowMs: NOW + 2 * HOUR, asked })
  t.equal(asked[2]?.since, undefined, 'now and then all is chosen anew')
  t.equal(late.memory.wholeAtMs, NOW + 2 * HOUR)
})

t.test('when a campaign allows less, its quota is kept although nothing else has changed', async (t) => {
  const wishes = fleet(400)
  const before = await make(wishes)
  const isBooked = (o: Opportunity) =>
    before.chosen.some((c) => c.antenna.station.id === o.antenna.station.id && c.pass.aos === o.pass.aos)
  const fewer = wishes.map((w) => ({
    ...w,
    rules: w.rules.id === 'campaign-8' ? { ...w.rules, maxPerDay: 2 } : w.rules,
  }))
  const after = await make(fewer, { holdOf: heldWhere(isBooked), memory: before.memory })
  const of8 = (list: readonly Opportunity[]) => list.filter((o) => o.campaign.id === 'campaign-8').length
  t.same([of8(before.chosen), of8(after.chosen)], [6, 2])
})
