import fc from 'fast-check'
import t from 'tap'
import { parseElements } from '../../../../shared/orbit/elements.js'
import { lookAngles } from '../../../../shared/orbit/look.js'
import { type MaskPoint, skyline } from '../../../../shared/orbit/mask.js'
import { findPasses } from '../../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../../shared/orbit/propagate.js'
import { DAY, SECOND } from '../../../../shared/time.js'
import { dataFile } from '../../../support/data.js'

const START = Date.UTC(2026, 4, 8)

/** Skylines of any form: slopes, steps, teeth, one point, flat ground. */
const anyMask = fc.array(
  fc.record({ az: fc.integer({ min: 0, max: 360 }), el: fc.integer({ min: 0, max: 70 }) }),
  { minLength: 1, maxLength: 30 },
)

const anySite = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
  altM: fc.constant(100),
})

t.test('a satellite is in a pass exactly while it stands above skyline and lowest elevation', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const elements = parseElements(text).elements.filter(
    (omm, i) => i % 1500 === 3 || (omm.ECCENTRICITY > 0.6 && i % 9 === 0),
  )
  let cut = 0
  let moments = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...elements),
      anySite,
      anyMask,
      fc.constantFrom(0, 5, 20),
      fc.integer({ min: 0, max: 20_000 }),
      (omm, site, mask, minElevation, offset) => {
        const satellite = satelliteFrom(omm)
        const bare = findPasses(satellite, site, START, START + DAY, { minElevation })
        const found = findPasses(satellite, site, START, START + DAY, { minElevation, mask })
        if (found.length !== bare.length) cut++
        const height = skyline(mask)
        return bare.every((arc) => {
          const stepMs = Math.max(20 * SECOND, (arc.los - arc.aos) / 60)
          for (let ms = arc.aos + 100 + (offset % stepMs); ms < arc.los - 100; ms += stepMs) {
            const { az, el } = lookAngles(satellite, site, ms)
            const above = el - Math.max(minElevation, height(az))
            const isIn = found.some((p) => p.aos <= ms && ms <= p.los)
            moments++
            // 1e-3 degrees: a few milliseconds of a low orbit.
            if (Math.abs(above) > 1e-3 && isIn !== above > 0 && !isAtStep(mask, az)) return false
          }
          return true
        })
      },
    ),
    { numRuns: 150 },
  )
  t.ok(cut > 30 && moments > 5000, `${cut} of 150 cut, ${moments} moments`)
})

/** Within a hundredth of a degree of a step the side depends on the last metre. */
const isAtStep = (mask: readonly MaskPoint[], az: number): boolean =>
  mask.some((p) => mask.some((q) => q !== p && q.az % 360 === p.az % 360) && Math.abs(p.az - az) < 0.01)

t.test('edges lie on the skyline, or at a step', async (t) => {
  const text = dataFile(t, 'sats-200.tle')
  if (text === null) return
  const mask = [
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
  const site = { lat: 48.1, lon: 11.6, altM: 520 }
  let [edges, steps] = [0, 0]
  for (const omm of parseElements(text).elements.filter((_, i) => i % 10 === 0)) {
    const satellite = satelliteFrom(omm)
    for (const p of findPasses(satellite, site, START, START + DAY, { minElevation: 5, mask }))
      for (const [ms, isClipped] of [
        [p.aos, p.clippedStart],
        [p.los, p.clippedEnd],
      ] as const) {
        if (isClipped) continue
        const { az, el } = lookAngles(satellite, site, ms)
        const isStep = Math.min(Math.abs(az - 120), Math.abs(az - 150)) < 0.01
        if (isStep) steps++
        else if (Math.abs(el - Math.max(5, height(az))) > 0.01) t.fail(`${omm.OBJECT_NAME} at ${ms}: ${el}`)
        edges++
      }
  }
  t.ok(edges > 100 && steps > 5, `${edges} edges, ${steps} at steps`)
})
