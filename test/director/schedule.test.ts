import fc from 'fast-check'
import t from 'tap'
import type { Opportunity } from '../../director/opportunities.js'
import { type Booking, makeSchedule, worthOf } from '../../director/schedule.js'
import type { Question, Solved } from '../../director/schedule-worker.js'
import { Thread } from '../../director/thread.js'
import type { Satellite } from '../../shared/orbit/propagate.js'
import { MINUTE } from '../../shared/time.js'
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
}

const opportunity = (w: Wish): Opportunity => ({
  antenna: { station: station(w.station), site: SITE, mount: mount() },
  satellite,
  record: { ...record(omm), id: w.satellite, name: `SAT ${w.satellite}` },
  campaign: campaign('campaign-1', [w.satellite], { priority: w.priority }),
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

interface Given {
  readonly fixed?: Booking[]
  readonly obstacle?: (o: Opportunity) => string | null
  readonly isBooked?: (o: Opportunity) => boolean
}

const make = (wishes: Wish[], { fixed = [], obstacle = () => null, isBooked = () => false }: Given = {}) =>
  makeSchedule({
    ...{ opportunities: wishes.map(opportunity), fixed, gapMs: () => MINUTE, obstacle, isBooked },
    solve: (question) => solver.ask(question),
  })

const wish = (over: Partial<Wish> = {}): Wish => ({
  station: 'station-1',
  satellite: '1',
  priority: 5,
  aosMin: 10,
  minutes: 10,
  maxEl: 40,
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
  const fixed = {
    stationId: 'station-1',
    satelliteId: '9',
    satelliteName: 'OLD',
    priority: 1,
    aosMs: NOW,
    losMs: NOW + 12 * MINUTE,
  }
  const { chosen, refused } = await make([wish({ priority: 10 })], { fixed: [fixed] })
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
  const names = async (minutes: number) =>
    (await make([wish(), rival(minutes)], { isBooked: booked })).chosen.map((o) => o.record.id)
  t.same(await names(10.5), ['1'])
  t.same(await names(12), ['2'])
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
})

t.test(
  'property: no antenna is booked twice, the value is the sum, and nothing beats the bound',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryWish, { maxLength: 40 }), fc.nat(3), async (wishes, kept) => {
        const { chosen, value, bound } = await make(wishes, { isBooked: (o) => o.record.id === String(kept) })
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
