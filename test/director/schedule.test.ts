import fc from 'fast-check'
import t from 'tap'
import type { Opportunity } from '../../director/opportunities.js'
import { type Booking, makeSchedule } from '../../director/schedule.js'
import type { Satellite } from '../../shared/orbit/propagate.js'
import { MINUTE, SECOND } from '../../shared/time.js'
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

const make = (
  wishes: Wish[],
  fixed: Booking[] = [],
  obstacle: (o: Opportunity) => string | null = () => null,
) => makeSchedule({ opportunities: wishes.map(opportunity), fixed, gapMs: () => MINUTE, obstacle })

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
  (t) => {
    const { chosen, refused } = make([
      wish({ priority: 3 }),
      wish({ satellite: '2', priority: 9, aosMin: 15 }),
    ])
    t.same(
      chosen.map((o) => o.record.id),
      ['2'],
    )
    t.match(refused, [{ satelliteId: '1', reason: /SAT 2 \(priority 9\)/ }])
    t.end()
  },
)

t.test('between equals the higher culmination wins', (t) => {
  t.same(
    make([wish({ maxEl: 20 }), wish({ satellite: '2', maxEl: 70 })]).chosen.map((o) => o.record.id),
    ['2'],
  )
  t.end()
})

t.test('the gap for slew and setup counts', (t) => {
  const second = { satellite: '2', aosMin: 20.5 }
  t.equal(make([wish(), wish(second)]).chosen.length, 1)
  t.equal(make([wish(), wish({ ...second, aosMin: 21.1 })]).chosen.length, 2)
  t.end()
})

t.test('two stations may follow the same satellite at once', (t) => {
  t.equal(make([wish(), wish({ station: 'station-2' })]).chosen.length, 2)
  t.end()
})

t.test('what runs already keeps its antenna, whatever the priority of the newcomer', (t) => {
  const fixed = {
    stationId: 'station-1',
    satelliteId: '9',
    satelliteName: 'OLD',
    priority: 1,
    aosMs: NOW,
    losMs: NOW + 12 * MINUTE,
  }
  const { chosen, refused } = make([wish({ priority: 10 })], [fixed])
  t.same(chosen, [])
  t.match(refused, [{ reason: /OLD/ }])
  t.end()
})

t.test('a pass that the mount cannot follow is refused with the reason of the dry run', (t) => {
  const { chosen, refused } = make([wish()], [], () => 'no branch')
  t.same(chosen, [])
  t.match(refused, [{ reason: 'no branch' }])
  t.end()
})

const arbitraryWish = fc.record({
  station: fc.constantFrom('station-1', 'station-2'),
  satellite: fc.constantFrom('1', '2', '3', '4'),
  priority: fc.integer({ min: 1, max: 10 }),
  aosMin: fc.integer({ min: 0, max: 120 }),
  minutes: fc.integer({ min: 1, max: 20 }),
  maxEl: fc.integer({ min: 5, max: 90 }),
})

t.test('property: no antenna is ever booked twice, and the value is the sum of what is booked', (t) => {
  fc.assert(
    fc.property(fc.array(arbitraryWish, { maxLength: 40 }), (wishes) => {
      const { chosen, value } = make(wishes)
      const sum = chosen.reduce((s, o) => s + (o.campaign.priority * (o.pass.los - o.pass.aos)) / SECOND, 0)
      return (
        Math.abs(sum - value) < 1e-6 &&
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
  )
  t.end()
})

t.test('property: the same opportunities in any order make the same schedule', (t) => {
  fc.assert(
    fc.property(fc.array(arbitraryWish, { maxLength: 25 }), fc.infiniteStream(fc.nat()), (wishes, random) => {
      const keyed = wishes.map((w) => ({ w, k: random.next().value as number }))
      const shuffled = keyed.sort((a, b) => a.k - b.k).map(({ w }) => w)
      const name = (s: ReturnType<typeof make>) =>
        s.chosen.map((o) => [o.antenna.station.id, o.record.id, o.pass.aos, o.pass.los])
      t.same(name(make(shuffled)).length, name(make(wishes)).length)
      return make(shuffled).value === make(wishes).value
    }),
  )
  t.end()
})
