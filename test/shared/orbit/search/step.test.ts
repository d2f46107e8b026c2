import t from 'tap'
import type { Omm } from '../../../../shared/messages.js'
import { toEarthFixed } from '../../../../shared/orbit/earth.js'
import { parseElements } from '../../../../shared/orbit/elements.js'
import { type Satellite, satelliteFrom } from '../../../../shared/orbit/propagate.js'
import { Ephemeris } from '../../../../shared/orbit/search/ephemeris.js'
import { gridOf, type TimeGrid } from '../../../../shared/orbit/search/grid.js'
import { stepOf } from '../../../../shared/orbit/search/step.js'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../shared/time.js'
import { dataFile } from '../../../support/data.js'
import { ISS } from '../../../support/iss.js'
import { seededRandom } from '../../../support/random.js'

const START = Date.UTC(2026, 4, 8)

/** The largest distance, m, between samples and the propagator. */
function farthest(ephemeris: Ephemeris, satellite: Satellite): number {
  let most = 0
  for (let i = 0; i <= ephemeris.intervals * 5; i += 3) {
    const ms = ephemeris.startMs + i * ephemeris.sampleMs
    const { x, y, z } = toEarthFixed(satellite.stateAt(ms), ms).position
    const [a = 0, b = 0, c = 0] = ephemeris.position.subarray(3 * i, 3 * i + 3)
    most = Math.max(most, 1000 * Math.hypot(a - x, b - y, c - z))
  }
  return most
}

/** Orbits with their perigee at 300 to 36,000 km, up to an eccentricity of 0.8, at all inclinations but the last. */
function drawn(count: number): Omm[] {
  const random = seededRandom(7)
  const upTo = (most: number) => (most * random(1_000_000)) / 1_000_000
  return Array.from({ length: count }, (_, i) => {
    const ECCENTRICITY = i % 2 === 0 ? upTo(0.2) : upTo(0.8)
    const semiMajorKm = (6678 + (i % 3 === 0 ? upTo(35_700) : upTo(8000))) / (1 - ECCENTRICITY)
    return {
      ...ISS,
      OBJECT_NAME: `drawn ${i}`,
      EPOCH: '2026-05-08T00:00:00.000000',
      ECCENTRICITY,
      MEAN_MOTION: (86_400 / (2 * Math.PI)) * Math.sqrt(398_600.4418 / semiMajorKm ** 3),
      INCLINATION: upTo(179),
      RA_OF_ASC_NODE: upTo(360),
      ARG_OF_PERICENTER: upTo(360),
      MEAN_ANOMALY: upTo(360),
      BSTAR: 0,
    }
  })
}

t.test('the step is shorter the faster the perigee is passed, and divides a day', async (t) => {
  const omm = { ECCENTRICITY: 0, MEAN_MOTION: 15.2 } as Omm
  t.equal(stepOf(omm), 5 * MINUTE)
  t.equal(stepOf({ ...omm, MEAN_MOTION: 1.0027 }), 20 * MINUTE)
  t.equal(stepOf({ ...omm, MEAN_MOTION: 2.0057, ECCENTRICITY: 0.73 }), 75 * SECOND)
  for (let e = 0; e < 1; e += 0.01)
    for (let n = 0.01; n < 17; n += 0.5) t.equal(DAY % stepOf({ ...omm, ECCENTRICITY: e, MEAN_MOTION: n }), 0)
})

t.test('between the nodes an orbit of any kind is met to 5 m', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const flown = parseElements(text).elements.filter(
    (omm, i) => i % 97 === 0 || (omm.ECCENTRICITY > 0.05 && i % 2 === 0),
  )
  const elements = [...flown, ...drawn(200)]
  const grids = new Map<number, TimeGrid>()
  const off = elements.flatMap((omm) => {
    const stepMs = stepOf(omm)
    const grid = grids.get(stepMs) ?? gridOf(stepMs, START, START + 8 * HOUR)
    grids.set(stepMs, grid)
    const ephemeris = new Ephemeris(grid)
    const satellite = satelliteFrom(omm)
    if (!ephemeris.follow(satellite) || ephemeris.endMs !== null) return []
    const most = farthest(ephemeris, satellite)
    return most < 5 ? [] : [`${omm.OBJECT_NAME}, step ${stepMs}: ${most} m`]
  })
  t.same(off, [])
  t.equal(grids.size, 5, 'steps of all lengths')
})

t.test('where an orbit ends, its samples go on to the last node with a position', async (t) => {
  const text = dataFile(t, 'sats-200.tle')
  const omm = text === null ? undefined : parseElements(text).elements[0]
  if (omm === undefined) return
  const satellite = satelliteFrom({ ...omm, BSTAR: 0.9 })
  const from = satellite.epochMs
  const ephemeris = new Ephemeris(gridOf(5 * MINUTE, from, from + 20 * DAY))
  t.ok(ephemeris.follow(satellite))
  const { endMs, startMs, intervals, grid } = ephemeris
  t.equal(startMs + (intervals + 1) * 5 * MINUTE, endMs)
  t.ok(intervals > 0 && intervals < grid.intervals)
  t.ok(farthest(ephemeris, satellite) < 100, 'a dying orbit is not smooth')
  t.notOk(ephemeris.follow(satelliteFrom({ ...omm, BSTAR: 0.9, EPOCH: '2026-01-01T00:00:00' })))
})
