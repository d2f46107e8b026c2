import fc from 'fast-check'
import t from 'tap'
import { parseElements } from '../../../shared/orbit/elements.js'
import { lookAngles, observerAt } from '../../../shared/orbit/look.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { reachOf, semiMajorAxis } from '../../../shared/orbit/reach.js'
import { DAY } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'

t.test('the axis of one revolution a sidereal day is that of the geostationary belt', async (t) => {
  t.ok(Math.abs(semiMajorAxis(1.0027379) - 42_164) < 1)
})

t.test('a satellite called out of sight stays so for that long, on orbits of every kind', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const { elements } = parseElements(text)
  const eccentric = elements.filter((omm) => omm.ECCENTRICITY > 0.3)
  const slow = elements.filter((omm) => omm.MEAN_MOTION < 6)
  const omm = fc.oneof(...[elements, eccentric, slow].map((some) => fc.constantFrom(...some)))
  const site = fc.record({
    lat: fc.double({ min: -90, max: 90, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
    altM: fc.double({ min: -400, max: 6000, noNaN: true }),
  })
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  let claims = 0
  fc.assert(
    fc.property(omm, site, fc.double({ min: -10, max: 85, noNaN: true }), fraction, fraction, (...args) => {
      const [omm, site, elevation, when, later] = args
      const satellite = satelliteFrom(omm)
      const ms = satellite.epochMs + when * DAY
      const away = reachOf(omm, observerAt(site), elevation).msOutOfSight(lookAngles(satellite, site, ms))
      if (away <= 0) return true
      claims++
      return lookAngles(satellite, site, ms + away * later).el < elevation
    }),
    { numRuns: 5000 },
  )
  t.ok(claims > 1000, `${claims} claims`)
})
