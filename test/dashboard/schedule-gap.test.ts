import t from 'tap'
import { nights } from '../../core/dashboard/logic/night.js'
import { bandText, orbitFacts } from '../../core/dashboard/logic/orbit-facts.js'
import { askedIn, passQuery, queryText } from '../../core/dashboard/logic/pass-query.js'
import { shortfall } from '../../core/dashboard/logic/preview-text.js'
import { gapOf, percentText, worthText } from '../../core/dashboard/logic/schedule-gap.js'
import { DAY, HOUR } from '../../shared/time.js'
import { ID, NOON } from './samples.js'

t.test('a schedule is the best, near it by so much, or nobody knows', async (t) => {
  t.same(gapOf(1000, 1000), { kind: 'best' })
  t.same(gapOf(100_000, 100_001), { kind: 'best' }, 'rounding is no gap')
  t.same(gapOf(1000, 1020), { kind: 'within', percent: 2 })
  for (const [value, bound] of [
    [null, 1],
    [1, null],
    [0, 5],
    [-3, 5],
  ] as const)
    t.same(gapOf(value, bound), { kind: 'unknown' })
})

t.test('a gap is never told smaller than it is', async (t) => {
  t.equal(percentText(0.21), '0.3')
  t.equal(percentText(2), '2.0')
  t.equal(percentText((100 * (3182.4 - 3120)) / 3120), '2.0')
  t.equal(percentText(13.2), '14')
  t.equal(worthText(1_234_567.4), '1\u202f234\u202f567')
  t.equal(worthText(12), '12')
})

t.test('nights lie between dusk and dawn, and are cut at the ends of the picture', async (t) => {
  const span = { from: NOON, to: NOON + DAY }
  const [night, ...others] = nights({ lat: 38, lon: 23.7, altM: 0 }, span)
  t.same(others, [])
  t.ok(night !== undefined && night.to - night.from > 12 * HOUR && night.to - night.from < 14 * HOUR)
  t.same(nights({ lat: 80, lon: 0, altM: 0 }, span), [span], 'the polar night')
  t.same(nights({ lat: -80, lon: 0, altM: 0 }, span), [], 'the polar day')
})

t.test('what the page of passes is asked by its address, and what it asks core', async (t) => {
  t.same(askedIn(`?satellite=25544&station=${ID}`), { satellite: '25544', station: ID })
  t.same(askedIn('?satellite=<b>&station=..'), { satellite: null, station: null })
  const form = { satellite: '25544', station: null, from: NOON, to: NOON + DAY }
  const query = passQuery(form)
  t.same(query, { satellite: '25544', from: '2026-11-22T12:00:00.000Z', to: '2026-11-23T12:00:00.000Z' })
  t.ok(query !== null && queryText(query).startsWith('satellite=25544&from=2026'))
  for (const wrong of [{ to: NOON }, { to: null }, { from: null }, { to: NOON + 8 * DAY }])
    t.equal(passQuery({ ...form, ...wrong }), null)
})

t.test('a preview says which minimum a day does not reach', async (t) => {
  const sat = { satelliteId: '1', seconds: 0, nextAos: null, without: null }
  const preview = {
    most: 4,
    satellites: [
      { ...sat, name: 'A', passes: 3 },
      { ...sat, name: 'B', passes: 1 },
    ],
  }
  t.equal(shortfall(preview, { minPerDay: 0, quotaPer: 'campaign' }), null)
  t.equal(shortfall(preview, { minPerDay: 4, quotaPer: 'campaign' }), null)
  t.same(shortfall(preview, { minPerDay: 5, quotaPer: 'campaign' }), { satellites: null })
  t.same(shortfall(preview, { minPerDay: 2, quotaPer: 'satellite' }), { satellites: ['B'] })
  t.equal(shortfall(preview, { minPerDay: 1, quotaPer: 'satellite' }), null)
})

t.test('an orbit and a band in the words of people', async (t) => {
  const iss = { MEAN_MOTION: 15.5, ECCENTRICITY: 0.0004 } as Parameters<typeof orbitFacts>[0]
  const { periodMin, perigeeKm, apogeeKm } = orbitFacts(iss)
  t.ok(Math.abs(periodMin - 92.9) < 0.1)
  t.ok(perigeeKm > 405 && perigeeKm < apogeeKm && apogeeKm < 425)
  t.equal(bandText(437_800_000, null), '437.8')
  t.equal(bandText(145_935_000, 145_995_000), '145.935–145.995')
  t.equal(bandText(null, null), null)
})
