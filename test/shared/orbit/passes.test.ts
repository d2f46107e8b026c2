import fc from 'fast-check'
import t from 'tap'
import { wrap180 } from '../../../shared/angles.js'
import type { Omm, Site } from '../../../shared/messages.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { lookAngles } from '../../../shared/orbit/look.js'
import { type MaskPoint, skyline } from '../../../shared/orbit/mask.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'
import { type Found, linePairs, stepSearch } from './step-search.js'

const START = Date.UTC(2026, 4, 8)
const END = START + DAY

/** What is wrong between the two searches; passes shorter than a step of the other are not held against either. */
function differences(ours: readonly Found[], theirs: readonly Found[], stepMs: number, elTolerance: number) {
  const wrong: string[] = []
  const unmatched = new Set(ours)
  for (const { aos, los, maxEl } of theirs) {
    const pass = [...unmatched].find((p) => Math.abs(p.aos - aos) < 2000 && Math.abs(p.los - los) < 2000)
    if (pass === undefined) {
      wrong.push(`missed ${aos} to ${los}`)
      continue
    }
    unmatched.delete(pass)
    // 10 ms, and more where a pass only grazes the elevation and its ends run away from each other.
    const seconds = (los - aos) / SECOND
    const grazing = seconds < 60 ? 40 : 10
    if (Math.abs(pass.aos - aos) > grazing) wrong.push(`AOS ${pass.aos - aos} ms off, ${seconds} s`)
    if (Math.abs(pass.los - los) > grazing) wrong.push(`LOS ${pass.los - los} ms off, ${seconds} s`)
    if (pass.maxEl < maxEl - 1e-4 || pass.maxEl > maxEl + elTolerance)
      wrong.push(`max ${pass.maxEl} for ${maxEl}`)
  }
  for (const pass of unmatched)
    if (pass.los - pass.aos >= stepMs) wrong.push(`extra ${pass.aos} to ${pass.los}`)
  return wrong
}

function stations(t: Parameters<typeof dataFile>[0]): Site[] | null {
  const text = dataFile(t, 'stations-20.json')
  if (text === null) return null
  const raw = JSON.parse(text) as { lat: number; lon: number; alt: number }[]
  return raw.map(({ lat, lon, alt }) => ({ lat, lon, altM: alt }))
}

const one = (text: string): Omm => {
  const omm = parseElements(text).elements[0]
  if (omm === undefined) throw new Error('not a set')
  return omm
}

t.test('five low satellites over twenty stations: the same passes as a search in steps of 5 s', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const sites = stations(t)
  if (tle === null || sites === null) return
  const wrong: string[] = []
  let count = 0
  for (const pair of linePairs(tle).filter((_, i) => i % 40 === 3)) {
    const satellite = satelliteFrom(one(pair.join('\n')))
    for (const [i, theirs] of stepSearch(pair, sites, () => 10, 5 * SECOND, [START, END]).entries()) {
      const ours = findPasses(satellite, sites[i] as Site, START, END, { minElevation: 10 })
      count += ours.length
      wrong.push(...differences(ours, theirs, 5 * SECOND, 2.5))
    }
  }
  t.same(wrong, [])
  t.ok(count > 250, `${count} passes`)
})

t.test(
  'geostationary, navigation and Molniya orbits: the same passes as a search in steps of 30 s',
  async (t) => {
    const tle = dataFile(t, 'active-20260507.tle')
    const sites = stations(t)
    if (tle === null || sites === null) return
    const pairs = linePairs(tle)
    const kinds: Record<string, (omm: Omm) => boolean> = {
      eccentric: (omm) => omm.ECCENTRICITY > 0.6 && omm.MEAN_MOTION > 1.9 && omm.MEAN_MOTION < 2.1,
      navigation: (omm) => omm.ECCENTRICITY < 0.02 && Math.abs(omm.MEAN_MOTION - 2.0056) < 0.001,
      synchronous: (omm) => Math.abs(omm.MEAN_MOTION - 1.0027) < 0.001 && omm.INCLINATION > 5,
      transfer: (omm) => omm.ECCENTRICITY > 0.4 && omm.MEAN_MOTION > 2.5,
    }
    const all = pairs.map((pair) => ({ pair, omm: one(pair.join('\n')) }))
    for (const [kind, belongs] of Object.entries(kinds)) {
      const some = all.filter(({ omm }) => belongs(omm)).slice(0, 2)
      t.equal(some.length, 2, kind)
      for (const { pair, omm } of some) {
        const wrong: string[] = []
        for (const [i, theirs] of stepSearch(pair, sites, () => 5, 30 * SECOND, [START, END]).entries()) {
          const ours = findPasses(satelliteFrom(omm), sites[i] as Site, START, END, { minElevation: 5 })
          wrong.push(...differences(ours, theirs, 30 * SECOND, 8))
        }
        t.same(wrong, [], `${kind} ${omm.OBJECT_NAME}`)
      }
    }
  },
)

/** Gaps and then passes shorter than 5 s are below what is promised behind a skyline. */
function withoutBlinks(found: readonly Found[]): Found[] {
  const joined: Found[] = []
  for (const next of found) {
    const last = joined.at(-1)
    if (last !== undefined && next.aos - last.los < 5 * SECOND)
      joined.splice(-1, 1, { aos: last.aos, los: next.los, maxEl: Math.max(last.maxEl, next.maxEl) })
    else joined.push(next)
  }
  return joined.filter(({ aos, los }) => los - aos >= 5 * SECOND)
}

t.test('a skyline with teeth and steps cuts passes as a search in steps of 1 s does', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const sites = stations(t)
  if (tle === null || sites === null) return
  const mask: MaskPoint[] = [
    { az: 0, el: 4 },
    { az: 45, el: 25 },
    { az: 60, el: 8 },
    { az: 120, el: 8 },
    { az: 120, el: 40 },
    { az: 150, el: 40 },
    { az: 150, el: 2 },
    { az: 240, el: 15 },
    { az: 300, el: 2 },
  ]
  const height = skyline(mask)
  const wrong: string[] = []
  let cut = 0
  for (const pair of linePairs(tle).filter((_, i) => i % 40 === 5)) {
    const some = sites.slice(0, 5)
    const satellite = satelliteFrom(one(pair.join('\n')))
    const found = stepSearch(pair, some, (az) => Math.max(5, height(az)), SECOND, [START, END])
    for (const [i, theirs] of found.entries()) {
      const site = some[i] as Site
      const ours = findPasses(satellite, site, START, END, { minElevation: 5, mask })
      cut += Math.abs(ours.length - findPasses(satellite, site, START, END, { minElevation: 5 }).length)
      wrong.push(...differences(withoutBlinks(ours), withoutBlinks(theirs), 5 * SECOND, 1))
    }
  }
  t.same(wrong, [])
  t.ok(cut > 0, 'the skyline changes the number of passes')
})

t.test('at AOS and LOS the satellite stands at the elevation, at TCA it stands highest', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const sites = stations(t)
  if (tle === null || sites === null) return
  const { elements } = parseElements(tle)
  fc.assert(
    fc.property(
      fc.constantFrom(...elements),
      fc.constantFrom(...sites),
      fc.integer({ min: 0, max: 80 }),
      (omm, site, minElevation) => {
        const satellite = satelliteFrom(omm)
        return findPasses(satellite, site, START, END, { minElevation }).every((pass) => {
          const at = (ms: number) => lookAngles(satellite, site, ms)
          const isEdge = (ms: number) => Math.abs(at(ms).el - minElevation) < 0.01
          return (
            (pass.clippedStart ? pass.aos === START : isEdge(pass.aos)) &&
            (pass.clippedEnd ? pass.los === END : isEdge(pass.los)) &&
            pass.aos <= pass.tca &&
            pass.tca <= pass.los &&
            Math.abs(wrap180(at(pass.aos).az - pass.aosAz)) < 0.1 &&
            pass.maxEl >= minElevation &&
            pass.maxEl >= at(Math.max(pass.aos, pass.tca - 2000)).el - 1e-6 &&
            pass.maxEl >= at(Math.min(pass.los, pass.tca + 2000)).el - 1e-6
          )
        })
      },
    ),
    { numRuns: 200 },
  )
  t.pass('holds')
})

t.test('a pass of a few seconds at its culmination is found', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const sites = stations(t)
  if (tle === null || sites === null) return
  let tried = 0
  for (const omm of parseElements(tle).elements.slice(0, 20)) {
    const satellite = satelliteFrom(omm)
    const site = sites[0] as Site
    for (const { tca, maxEl } of findPasses(satellite, site, START, END, { minElevation: 10 })) {
      if (maxEl > 85) continue
      const minElevation = lookAngles(satellite, site, tca - 2500).el
      const short = findPasses(satellite, site, START, END, { minElevation })
      const same = short.find((pass) => Math.abs(pass.tca - tca) < 50)
      if (same === undefined || same.durationS > 6) t.fail(`${omm.OBJECT_NAME} at ${tca}`)
      tried++
    }
  }
  t.ok(tried > 40, `${tried} tried`)
})

t.test('a window cuts passes at its ends and flags them', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const sites = stations(t)
  if (tle === null || sites === null) return
  const { elements } = parseElements(tle)
  fc.assert(
    fc.property(
      fc.constantFrom(...elements),
      fc.constantFrom(...sites),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.boolean(),
      (omm, site, share, masked) => {
        const options = {
          minElevation: 10,
          ...(masked
            ? {
                mask: [
                  { az: 90, el: 5 },
                  { az: 270, el: 20 },
                ],
              }
            : {}),
        }
        const satellite = satelliteFrom(omm)
        const whole = findPasses(satellite, site, START, END, options).find((pass) => !pass.clippedStart)
        if (whole === undefined || whole.clippedEnd) return true
        const cut = Math.round(whole.aos + share * (whole.los - whole.aos))
        const before = findPasses(satellite, site, whole.aos - HOUR, cut, options).at(-1)
        const after = findPasses(satellite, site, cut, whole.los + HOUR, options)[0]
        return (
          before?.los === cut &&
          before.clippedEnd &&
          !before.clippedStart &&
          Math.abs(before.aos - whole.aos) <= 2 &&
          after?.aos === cut &&
          after.clippedStart &&
          !after.clippedEnd &&
          Math.abs(after.los - whole.los) <= 2 &&
          Math.max(before.maxEl, after.maxEl) <= whole.maxEl + 1e-4 &&
          Math.max(before.maxEl, after.maxEl) >= whole.maxEl - 1e-4
        )
      },
    ),
    { numRuns: 200 },
  )
  t.pass('holds')
})

t.test('a satellite that is always up is one pass of the whole window, one never up is none', async (t) => {
  const geo: Omm = {
    OBJECT_NAME: 'GEO',
    OBJECT_ID: '',
    EPOCH: '2026-05-07T12:00:00.000000',
    MEAN_MOTION: 1.0027379,
    ECCENTRICITY: 0.0001,
    INCLINATION: 0.05,
    RA_OF_ASC_NODE: 0,
    ARG_OF_PERICENTER: 0,
    MEAN_ANOMALY: 0,
    EPHEMERIS_TYPE: 0,
    CLASSIFICATION_TYPE: 'U',
    NORAD_CAT_ID: 99_999,
    ELEMENT_SET_NO: 1,
    REV_AT_EPOCH: 1,
    BSTAR: 0,
    MEAN_MOTION_DOT: 0,
    MEAN_MOTION_DDOT: 0,
  }
  const satellite = satelliteFrom(geo)
  const below = { lat: 0, lon: 0, altM: 0 }
  const lon = [...Array(36).keys()].map((i) => i * 10 - 180)
  const up = lon.flatMap((lon) => findPasses(satellite, { ...below, lon }, START, END, { minElevation: 10 }))
  t.ok(up.length >= 13 && up.length <= 15, `${up.length} of 36 longitudes see it`)
  t.match(up[0], { aos: START, los: END, clippedStart: true, clippedEnd: true, durationS: 86_400 })
  const pole = { lat: 90, lon: 0, altM: 0 }
  t.same(findPasses(satellite, pole, START, START + 30 * DAY, { minElevation: 0 }), [])
  t.equal(findPasses(satellite, pole, START, END, { minElevation: -90 }).length, 1)
  const equatorial = satelliteFrom({ ...geo, MEAN_MOTION: 15, INCLINATION: 1 })
  t.same(findPasses(equatorial, pole, START, START + 7 * DAY, { minElevation: 0 }), [])
})

t.test('a satellite that decays inside the window keeps the passes before its end', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const sites = stations(t)
  if (tle === null || sites === null) return
  const omm = { ...one(tle), BSTAR: 0.9 }
  const satellite = satelliteFrom(omm)
  t.throws(() => satellite.stateAt(START + 20 * DAY), { code: 'elements_invalid' })
  const from = satellite.epochMs
  const passes = findPasses(satellite, sites[3] as Site, from, from + 20 * DAY, { minElevation: 0 })
  t.ok(passes.length > 0, `${passes.length} passes`)
  for (const pass of passes) t.ok(Number.isFinite(pass.maxEl) && pass.los > pass.aos)
  t.throws(
    () => findPasses(satellite, sites[3] as Site, from + 20 * DAY, from + 21 * DAY, { minElevation: 0 }),
    { code: 'elements_invalid' },
  )
})

t.test('an empty window has no passes; numbers that are not finite are refused', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  if (tle === null) return
  const satellite = satelliteFrom(one(tle))
  const site = { lat: 50, lon: 10, altM: 0 }
  t.same(findPasses(satellite, site, START, START, { minElevation: 0 }), [])
  t.same(findPasses(satellite, site, END, START, { minElevation: 0 }), [])
  const refused = { code: 'invalid_request' }
  t.throws(() => findPasses(satellite, site, Number.NaN, END, { minElevation: 0 }), refused)
  t.throws(() => findPasses(satellite, site, START, Number.POSITIVE_INFINITY, { minElevation: 0 }), refused)
  t.throws(() => findPasses(satellite, site, START, END, { minElevation: Number.NaN }), refused)
  t.throws(
    () =>
      findPasses(satellite, site, START, START + MINUTE, {
        minElevation: 0,
        mask: [{ az: 0, el: Number.NaN }],
      }),
    refused,
  )
})
