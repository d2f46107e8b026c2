import fc from 'fast-check'
import t from 'tap'
import { ommSchema } from '../../../shared/messages.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { judge } from '../../../shared/orbit/judge.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import {
  TRAINING_AOS_ELEVATION,
  TRAINING_FIRST_ID,
  trainingElements,
} from '../../../shared/orbit/training.js'
import { HOUR, MINUTE, SECOND } from '../../../shared/time.js'

const site = fc.record({
  lat: fc.double({ min: -65, max: 65, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
  altM: fc.double({ min: 0, max: 4000, noNaN: true }),
})
const now = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) })

t.test('each site has its own satellite, rising at the offset to 35 to 75 degrees', async (t) => {
  fc.assert(
    fc.property(
      now,
      fc.array(site, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 3600 }),
      (now, sites, offsetS) => {
        const elements = trainingElements(now, sites, offsetS)
        for (const [i, place] of sites.entries()) {
          const omm = elements[i]
          if (omm === undefined) return false
          const aos = now + offsetS * SECOND
          const passes = findPasses(satelliteFrom(omm), place, aos - 10 * MINUTE, aos + 20 * MINUTE, {
            minElevation: TRAINING_AOS_ELEVATION,
          })
          const pass = passes.find((pass) => Math.abs(pass.aos - aos) < SECOND)
          if (pass === undefined || pass.maxEl < 35 || pass.maxEl > 75 || pass.durationS < 180) return false
        }
        return true
      },
    ),
    { numRuns: 60 },
  )
  t.pass('holds')
})

t.test('the sets are valid, usable now, and named apart', async (t) => {
  fc.assert(
    fc.property(now, fc.array(site, { maxLength: 8 }), (now, sites) => {
      const elements = trainingElements(now, sites)
      for (const [i, omm] of elements.entries()) {
        if (!ommSchema.safeParse(omm).success || judge(omm, now).warnings.length > 0) return false
        if (omm.OBJECT_NAME !== `TRAINING-${i + 1}` || omm.NORAD_CAT_ID !== TRAINING_FIRST_ID + i)
          return false
        if (omm.OBJECT_ID !== 'TRAINING') return false
      }
      const read = parseElements(JSON.stringify(elements))
      return read.refused.length === 0 && elements.length >= Math.max(6, sites.length)
    }),
    { numRuns: 40 },
  )
  t.pass('holds')
})

t.test('the next two hours have passes for a fleet of three', async (t) => {
  const start = Date.UTC(2026, 10, 22, 3, 4, 5)
  const sites = [
    { lat: 47, lon: 8, altM: 400 },
    { lat: -33, lon: 151, altM: 50 },
    { lat: 64, lon: -21, altM: 10 },
  ]
  const elements = trainingElements(start, sites, 90)
  t.equal(elements.length, 6)
  const rises = sites.flatMap((place) =>
    elements.flatMap((omm) =>
      findPasses(satelliteFrom(omm), place, start, start + 2 * HOUR, { minElevation: 10 })
        .filter((pass) => !pass.clippedStart)
        .map((pass) => pass.aos),
    ),
  )
  t.ok(rises.length >= 6, `${rises.length} passes`)
  for (const half of [0, 1, 2, 3])
    t.ok(
      rises.some((aos) => aos >= start + half * 30 * MINUTE && aos < start + (half + 1) * 30 * MINUTE),
      `a rise in half hour ${half + 1}`,
    )
  t.same(trainingElements(start, sites, 90), elements, 'the same question has the same answer')
})

t.test('sites at the poles are served as well', async (t) => {
  const start = Date.UTC(2026, 10, 22)
  for (const lat of [90, 84, 80, -79, -90]) {
    const place = { lat, lon: 12, altM: 0 }
    const [omm] = trainingElements(start, [place], 60)
    if (omm === undefined) throw new Error('no elements')
    const pass = findPasses(satelliteFrom(omm), place, start, start + HOUR, { minElevation: 10 })[0]
    t.ok(pass !== undefined && pass.maxEl > 35 && Math.abs(pass.aos - start - 60_000) < 1000, `${lat}`)
  }
})
