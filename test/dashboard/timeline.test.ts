import fc from 'fast-check'
import t from 'tap'
import {
  lanesOf,
  lastShift,
  namesBeside,
  place,
  rowsInSight,
  spanAt,
  ticks,
  ZOOMS,
} from '../../core/dashboard/logic/timeline.js'
import type { Refusal } from '../../shared/api/schedule.js'
import { HOUR, MINUTE } from '../../shared/time.js'
import { at, contact, ID, NOON, OTHER_ID, station } from './samples.js'

const SPAN = spanAt(NOON, 6, 0)
const refusal = (change: Partial<Refusal> = {}): Refusal => ({
  ...{ stationId: ID, satelliteId: '43013', aos: at(HOUR), los: at(HOUR + 600_000) },
  ...{ worth: 100, rule: 'antenna', limit: null, reason: 'taken', beatenBy: [] },
  ...change,
})
const drawn = {
  stations: [
    station(),
    station({ id: OTHER_ID, name: 'berlin' }),
    station({ id: 'c'.repeat(32), name: 'Aa' }),
  ],
  contacts: [
    contact(),
    contact({ id: 'x', state: 'cancelled' }),
    contact({ id: 'late', aos: at(7 * HOUR), los: at(8 * HOUR) }),
  ],
  refused: [refusal(), refusal({ stationId: OTHER_ID })],
  nameOf: (id: string) => (id === '43013' ? 'NOAA 20' : id),
  words: '',
}

t.test(
  'the picture stands still for a minute, begins a little before now, and can be moved on',
  async (t) => {
    t.equal(SPAN.from, NOON - 10 * MINUTE)
    t.same(spanAt(NOON + MINUTE - 1, 6, 0), SPAN)
    t.equal(spanAt(NOON, 6, 1).from - SPAN.from, 3 * HOUR)
    for (const zoom of ZOOMS) {
      t.ok(spanAt(NOON, zoom, lastShift(zoom)).to <= NOON + 25 * HOUR, `${zoom} h end with the schedule`)
      t.ok(ticks(spanAt(NOON, zoom, 0), zoom).length >= 8, 'enough times to read it by')
    }
  },
)

t.test(
  'every station has a lane, in order of names; what is out of sight or cancelled is not drawn',
  async (t) => {
    const lanes = lanesOf(SPAN, drawn)
    t.same(
      lanes.map((l) => [l.name, l.contacts.length, l.refused.length]),
      [
        ['Aa', 0, 0],
        ['Athens', 1, 1],
        ['berlin', 0, 1],
      ],
    )
  },
)

t.test('a search keeps a station whole, or of satellites those alone', async (t) => {
  const found = (words: string) =>
    lanesOf(SPAN, { ...drawn, words }).map((l) => [l.name, l.contacts.length, l.refused.length])
  t.same(found(' ATH '), [['Athens', 1, 1]])
  t.same(found('iss'), [['Athens', 1, 0]])
  t.same(found('noaa'), [
    ['Athens', 0, 1],
    ['berlin', 0, 1],
  ])
  t.same(found('430'), found('noaa'))
  t.same(found('nobody'), [])
})

t.test('a bar is inside the picture, whatever its times', async (t) => {
  t.equal(place(SPAN, SPAN.from - HOUR, SPAN.from), null)
  t.equal(place(SPAN, SPAN.to, SPAN.to + HOUR), null)
  t.same(place(SPAN, SPAN.from - HOUR, SPAN.to + HOUR), { left: 0, width: 100 })
  fc.assert(
    fc.property(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 20 }), (start, length) => {
      const from = NOON + start * HOUR
      const bar = place(SPAN, from, from + length * HOUR)
      return bar === null || (bar.left >= 0 && bar.width > 0 && bar.left + bar.width <= 100 + 1e-9)
    }),
  )
})

t.test('the name of a narrow bar stands beside it, as far as the next bar', async (t) => {
  const next = contact({ id: 'next', aos: at(1_500_000), los: at(2_000_000) })
  const long = contact({ id: 'long', aos: at(3 * HOUR), los: at(5 * HOUR) })
  const names = namesBeside(SPAN, [next, contact(), long])
  t.same([...names.keys()], [OTHER_ID, 'next'])
  t.same(names.get(OTHER_ID), place(SPAN, NOON + 1_200_000, NOON + 1_500_000))
})

t.test('of a thousand stations those in sight are drawn, and all of them can be reached', async (t) => {
  const { first, end } = rowsInSight(1000, 36, 3600, 600)
  t.ok(first <= 100 && end >= 117 && end - first < 40)
  t.same(rowsInSight(3, 36, 0, 600), { first: 0, end: 3 })
  t.equal(rowsInSight(1000, 36, 36_000 - 600, 600).end, 1000)
})
