/** The search held to the propagator itself, to itself over other windows, and to what the flags of a pass say. */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Omm, Site } from '../../../../shared/messages.js'
import { parseElements } from '../../../../shared/orbit/elements.js'
import { faultOf } from '../../../../shared/orbit/judge.js'
import { lookAngles } from '../../../../shared/orbit/look.js'
import { type Pass, searchPasses } from '../../../../shared/orbit/passes.js'
import { type Satellite, satelliteFrom } from '../../../../shared/orbit/propagate.js'
import { lightOn } from '../../../../shared/orbit/sun.js'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../shared/time.js'
import { dataFile } from '../../../support/data.js'
import { differences, truePasses } from '../../../support/pass-reference.js'

const START = Date.UTC(2026, 4, 8)
const END = START + DAY

function sites(t: Test): Site[] | null {
  const text = dataFile(t, 'stations-20.json')
  if (text === null) return null
  const raw = JSON.parse(text) as { lat: number; lon: number; alt: number }[]
  return raw.map(({ lat, lon, alt }) => ({ lat, lon, altM: alt }))
}

const standsAt = (places: readonly Site[], minElevation = 10) =>
  places.map((site) => ({ site, minElevation }))

function satellites(t: Test, name: string, isWanted: (omm: Omm, i: number) => boolean): Satellite[] | null {
  const text = dataFile(t, name)
  return text === null ? null : parseElements(text).elements.filter(isWanted).map(satelliteFrom)
}

/** What is wrong with the passes of some satellites over some sites, by the propagator. */
function wrongPasses(
  some: readonly Satellite[],
  places: readonly Site[],
  stepMs: number,
  minElevation = 10,
  mostElevation = 2e-4,
) {
  const table = searchPasses(some, standsAt(places, minElevation), START, END)
  const { aos, tca, los, maxEl } = table.columns
  const wrong: string[] = []
  for (const [index, satellite] of some.entries())
    for (const [stand, truth] of truePasses(satellite, places, () => minElevation, stepMs, [
      START,
      END,
    ]).entries()) {
      const ours = [...aos.keys()]
        .filter((i) => table.satellite(i) === index && table.stand(i) === stand)
        .map((i) => ({
          aos: aos[i] as number,
          tca: tca[i] as number,
          los: los[i] as number,
          maxEl: maxEl[i] as number,
        }))
      const { missed, invented, matched } = differences(ours, truth)
      wrong.push(
        ...missed.map((p) => `missed ${p.aos} to ${p.los}`),
        ...invented.map((p) => `invented ${p.aos} to ${p.los}`),
      )
      for (const { aosMs, tcaMs, losMs, maxEl } of matched) {
        const isSlow = satellite.omm.MEAN_MOTION < 6.4
        // Where a slow orbit is highest is ill defined: seconds about the top are within a billionth of a degree.
        if (Math.max(aosMs, losMs, isSlow ? 0 : tcaMs) > 50 || maxEl > mostElevation)
          wrong.push(`${satellite.omm.OBJECT_NAME}: ${aosMs} ${tcaMs} ${losMs} ms, ${maxEl} degrees`)
      }
    }
  return { wrong, count: table.length }
}

t.test(
  '60 low satellites over 6 stations: each pass of the propagator, to 50 ms, and no other',
  async (t) => {
    const some = satellites(t, 'sats-200.tle', (_, i) => i % 10 < 3)
    const places = sites(t)
    if (some === null || places === null) return
    const { wrong, count } = wrongPasses(some, places.slice(0, 6), 30 * SECOND)
    t.same(wrong, [])
    t.equal(some.length, 60)
    t.ok(count > 1000, `${count} passes`)
  },
)

t.test('deep, eccentric and geosynchronous orbits: each pass of the propagator, and no other', async (t) => {
  const kinds: Record<string, (omm: Omm) => boolean> = {
    eccentric: (omm) => omm.ECCENTRICITY > 0.6 && omm.MEAN_MOTION > 1.9,
    transfer: (omm) => omm.ECCENTRICITY > 0.2 && omm.ECCENTRICITY < 0.6,
    far: (omm) => omm.MEAN_MOTION < 0.6,
    navigation: (omm) => omm.ECCENTRICITY < 0.02 && Math.abs(omm.MEAN_MOTION - 2.0056) < 0.001,
    synchronous: (omm) => Math.abs(omm.MEAN_MOTION - 1.0027) < 0.001,
  }
  const places = sites(t)
  const all = satellites(t, 'active-20260507.tle', (omm) => Object.values(kinds).some((is) => is(omm)))
  if (places === null || all === null) return
  for (const [kind, is] of Object.entries(kinds)) {
    const some = all.filter(({ omm }) => is(omm)).slice(0, 3)
    t.equal(some.length, 3, kind)
    t.same(wrongPasses(some, places.slice(0, 6), MINUTE, 5).wrong, [], kind)
  }
})

/** Orbits that nobody has flown yet: from 300 km to synchronous height, round or not, at any inclination. */
const anyOrbit = fc
  .record({
    perigeeKm: fc.oneof(
      fc.double({ min: 300, max: 1500, noNaN: true }),
      fc.double({ min: 1500, max: 36_000, noNaN: true }),
    ),
    ECCENTRICITY: fc.oneof(
      fc.double({ min: 0, max: 0.01, noNaN: true }),
      fc.double({ min: 0, max: 0.6, noNaN: true }),
    ),
    INCLINATION: fc.double({ min: 0, max: 180, noNaN: true }),
    RA_OF_ASC_NODE: fc.double({ min: 0, max: 360, noNaN: true }),
    ARG_OF_PERICENTER: fc.double({ min: 0, max: 360, noNaN: true }),
    MEAN_ANOMALY: fc.double({ min: 0, max: 360, noNaN: true }),
  })
  .map(({ perigeeKm, ...angles }): Omm => {
    const semiMajorKm = (6378.137 + perigeeKm) / (1 - angles.ECCENTRICITY)
    return {
      ...angles,
      OBJECT_NAME: 'DRAWN',
      OBJECT_ID: '2026-001A',
      EPOCH: '2026-05-08T00:00:00.000000',
      MEAN_MOTION: (86_400 / (2 * Math.PI)) * Math.sqrt(398_600.4418 / semiMajorKm ** 3),
      EPHEMERIS_TYPE: 0,
      CLASSIFICATION_TYPE: 'U',
      NORAD_CAT_ID: 99_999,
      ELEMENT_SET_NO: 999,
      REV_AT_EPOCH: 1,
      BSTAR: 0,
      MEAN_MOTION_DOT: 0,
      MEAN_MOTION_DDOT: 0,
    }
  })

/** Null for a set of which nobody knows where it is: it points no antenna (docs/elements.md). */
const usable = (omm: Omm): Satellite | null =>
  faultOf(omm, START, [START, END]) === null ? satelliteFrom(omm) : null

const anySite: fc.Arbitrary<Site> = fc.record({
  lat: fc.oneof(fc.constantFrom(-90, 90, 0, 89.999), fc.double({ min: -90, max: 90, noNaN: true })),
  lon: fc.oneof(fc.constantFrom(-180, 180, 179.9999), fc.double({ min: -180, max: 180, noNaN: true })),
  altM: fc.constantFrom(-400, 0, 100, 5000, 8800),
})

t.test(
  'drawn orbits over drawn sites, poles and date line among them: each pass of the propagator, and no other',
  async (t) => {
    let passes = 0
    fc.assert(
      fc.property(
        anyOrbit,
        fc.array(anySite, { minLength: 2, maxLength: 4 }),
        fc.constantFrom(0, 5, 10, 30, 60),
        (omm, places, least) => {
          const satellite = usable(omm)
          fc.pre(satellite !== null)
          if (satellite === null) return
          const { wrong, count } = wrongPasses([satellite], places, 30 * SECOND, least, 3e-4)
          passes += count
          if (wrong.length > 0) throw new Error(wrong.join('; '))
        },
      ),
      { numRuns: Number(process.env['TALOS_PASS_RUNS'] ?? 40) },
    )
    t.ok(passes > 50, `${passes} passes`)
  },
)

t.test('a pass of a second at its culmination is found to 50 ms', async (t) => {
  const some = satellites(t, 'sats-200.tle', (_, i) => i % 20 === 7)
  const places = sites(t)
  if (some === null || places === null) return
  let tried = 0
  for (const satellite of some)
    for (const site of places.slice(0, 4)) {
      const table = searchPasses([satellite], standsAt([site]), START, END)
      for (const { tca, maxEl, clippedStart, clippedEnd } of table.passes()) {
        if (maxEl > 80 || clippedStart || clippedEnd) continue
        const minElevation = lookAngles(satellite, site, tca - 500).el
        const window = [tca - MINUTE, tca + MINUTE] as const
        const truth = truePasses(satellite, [site], () => minElevation, 5 * SECOND, window)[0]?.[0]
        const ours = [...searchPasses([satellite], standsAt([site], minElevation), ...window).passes()][0]
        if (truth === undefined || ours === undefined) t.fail(`${satellite.omm.OBJECT_NAME} at ${tca}`)
        else if (Math.abs(ours.aos - truth.aos) > 50 || Math.abs(ours.los - truth.los) > 50)
          t.fail(`${satellite.omm.OBJECT_NAME}: ${ours.aos - truth.aos}, ${ours.los - truth.los} ms off`)
        tried++
      }
    }
  t.ok(tried > 50, `${tried} tried`)
})

const key = (p: Pass) => JSON.stringify(p)

t.test('the same input gives the same passes, alone or among others', async (t) => {
  const some = satellites(t, 'sats-200.tle', (_, i) => i % 25 === 1)
  const places = sites(t)
  if (some === null || places === null) return
  const stands = standsAt(places)
  const all = searchPasses(some, stands, START, END)
  t.same(searchPasses(some, stands, START, END).columns, all.columns)
  const alone = some.flatMap((satellite) =>
    stands.flatMap((stand) => [...searchPasses([satellite], [stand], START, END).passes()]),
  )
  t.same(alone.map(key), [...all.passes()].map(key))
})

type Moment =
  | { readonly at: number }
  | { readonly nth: number; readonly of: 'aos' | 'tca' | 'los'; readonly by: number }
/** A moment of the day, or one about the begin, the top or the end of a pass. */
const moment: fc.Arbitrary<Moment> = fc.oneof(
  fc.record({ at: fc.integer({ min: 1, max: DAY - 1 }) }),
  fc.record({
    nth: fc.nat(),
    of: fc.constantFrom('aos' as const, 'tca' as const, 'los' as const),
    by: fc.integer({ min: -30 * SECOND, max: 30 * SECOND }),
  }),
)

function cutAt(passes: readonly Pass[], drawn: Moment): number {
  if ('at' in drawn) return START + drawn.at
  const ms = passes[drawn.nth % passes.length]?.[drawn.of] ?? START
  return Math.min(END - 1, Math.max(START + 1, ms + drawn.by))
}

t.test('a window cut in two has the same passes, but for the one that is cut', async (t) => {
  const some = satellites(t, 'active-20260507.tle', (_, i) => i % 700 === 3)
  const places = sites(t)
  if (some === null || places === null) return
  fc.assert(
    fc.property(fc.constantFrom(...some), fc.constantFrom(...places), moment, (satellite, site, drawn) => {
      const find = (from: number, to: number) => [
        ...searchPasses([satellite], standsAt([site]), from, to).passes(),
      ]
      const whole = find(START, END)
      const cut = cutAt(whole, drawn)
      // What is over in a millisecond is no pass: so little may be left of one.
      fc.pre(whole.every(({ aos, los }) => Math.abs(aos - cut) > 2 && Math.abs(los - cut) > 2))
      const [before, after] = [find(START, cut), find(cut, END)]
      const [left, right] = [before.at(-1), after[0]]
      const isCut = left?.clippedEnd === true && right?.clippedStart === true
      if (!isCut) return whole.map(key).join() === [...before, ...after].map(key).join()
      const joined = { aos: left.aos, los: right.los }
      const kept = [...before.slice(0, -1), ...after.slice(1)].map(key)
      const others = whole.filter((p) => p.aos !== joined.aos || p.los !== joined.los).map(key)
      return whole.length === others.length + 1 && kept.join() === others.join()
    }),
    { numRuns: Number(process.env['TALOS_PASS_RUNS'] ?? 300) },
  )
  t.pass('holds')
})

t.test('passes that culminate too low are left out', async (t) => {
  const some = satellites(t, 'sats-200.tle', (_, i) => i === 4)
  const places = sites(t)
  if (some === null || places === null) return
  const all = [...searchPasses(some, standsAt(places), START, END).passes()]
  const high = searchPasses(
    some,
    standsAt(places).map((stand) => ({ ...stand, minCulmination: 40 })),
    START,
    END,
  )
  t.same(
    [...high.passes()],
    all.filter(({ maxEl }) => maxEl >= 40),
  )
  t.ok(high.length > 0 && high.length < all.length, `${high.length} of ${all.length}`)
})

t.test('range and light are those of the moment', async (t) => {
  const some = satellites(t, 'sats-200.tle', (_, i) => i % 20 === 0)
  const places = sites(t)
  if (some === null || places === null) return
  const table = searchPasses(some, standsAt(places), START, END)
  const seen = new Map<string, number>()
  for (let i = 0; i < table.length; i++) {
    const { aos, tca, los, rangeKm, light } = table.pass(i)
    const satellite = some[table.satellite(i)] as Satellite
    const site = places[table.stand(i)] as Site
    if (Math.abs(lookAngles(satellite, site, tca).rangeKm - rangeKm) > 0.01) t.fail(`range ${rangeKm}`)
    for (const [ms, told] of [
      [aos, light.aos],
      [tca, light.tca],
      [los, light.los],
    ] as const) {
      // Within a second of the edge of the shadow either answer is right.
      const around = [ms - SECOND, ms, ms + SECOND].map((at) => lightOn(satellite, at))
      if (!around.includes(told)) t.fail(`${satellite.omm.OBJECT_NAME} at ${ms}: ${told}, not ${around[1]}`)
      seen.set(told, (seen.get(told) ?? 0) + 1)
    }
  }
  t.ok((seen.get('sunlit') ?? 0) > 100 && (seen.get('umbra') ?? 0) > 100, [...seen.entries()].join(' '))
})

t.test(
  'a satellite that decays in the window keeps its passes until then, and its end is told',
  async (t) => {
    const some = satellites(t, 'sats-200.tle', (_, i) => i < 2)
    const places = sites(t)
    if (some === null || places === null) return
    const [other, steady] = some as [Satellite, Satellite]
    const falling = satelliteFrom({ ...other.omm, BSTAR: 0.9 })
    const from = falling.epochMs
    const table = searchPasses([steady, falling], standsAt(places, 0), from, from + 20 * DAY)
    const [end] = table.ended
    t.equal(table.ended.length, 1)
    t.equal(end?.satellite, 1)
    const endMs = end?.ms ?? 0
    t.throws(() => falling.stateAt(endMs), { code: 'elements_invalid' })
    t.ok(falling.stateAt(endMs - 5 * MINUTE))
    const last = Math.max(...[...table.passes()].filter((_, i) => table.satellite(i) === 1).map((p) => p.los))
    t.ok(last <= endMs - 5 * MINUTE && last > endMs - 6 * HOUR, `last seen ${(endMs - last) / HOUR} h before`)
  },
)
