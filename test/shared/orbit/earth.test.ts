import fc from 'fast-check'
import { degreesToRadians, geodeticToEcf, gstime } from 'satellite.js'
import t from 'tap'
import { DEG } from '../../../shared/angles.js'
import { EARTH_RATE, earthFixed, geodetic, siderealAngle } from '../../../shared/orbit/earth.js'

const site = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, maxExcluded: true, noNaN: true }),
  altM: fc.double({ min: -500, max: 9000, noNaN: true }),
})
const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2055, 0, 1) })

t.test('sidereal time agrees with example 3-5 of Vallado: 152.578787810 degrees', async (t) => {
  const degrees = siderealAngle(Date.UTC(1992, 7, 20, 12, 14)) / DEG
  // The book works from a Julian date in one double, which has steps of 40 microseconds: 1.7e-7 degrees.
  t.ok(Math.abs(degrees - 152.57878781) < 1e-7, `${degrees}`)
})

t.test('sidereal time agrees with satellite.js to the 40 microseconds of its Julian date', async (t) => {
  fc.assert(
    fc.property(instant, (ms) => {
      const off = Math.abs(siderealAngle(ms) - gstime(new Date(ms)))
      return Math.min(off, 2 * Math.PI - off) < 5e-9
    }),
  )
  t.pass('holds')
})

t.test('the Earth turns as fast as its sidereal angle grows', async (t) => {
  const ms = Date.UTC(2026, 4, 8, 6)
  const measured = (siderealAngle(ms + 3_600_000) - siderealAngle(ms)) / 3600
  t.ok(Math.abs(measured / EARTH_RATE - 1) < 1e-9)
})

t.test('sites agree with satellite.js to a millimetre', async (t) => {
  fc.assert(
    fc.property(site, ({ lat, lon, altM }) => {
      const ours = earthFixed({ lat, lon, altM })
      const theirs = geodeticToEcf({
        latitude: degreesToRadians(lat),
        longitude: degreesToRadians(lon),
        height: altM / 1000,
      })
      return Math.hypot(ours.x - theirs.x, ours.y - theirs.y, ours.z - theirs.z) < 1e-6
    }),
  )
  t.pass('holds')
})

t.test('geodetic undoes earthFixed from the ground to the geostationary belt, poles included', async (t) => {
  fc.assert(
    fc.property(site, fc.double({ min: 0, max: 36_000, noNaN: true }), (place, upKm) => {
      const altM = place.altM + upKm * 1000
      const back = geodetic(earthFixed({ ...place, altM }))
      const turned = Math.abs(back.lon - place.lon) * Math.cos(place.lat * DEG)
      return (
        Math.abs(back.lat - place.lat) < 1e-8 &&
        Math.abs(back.altKm - altM / 1000) < 1e-6 &&
        Math.min(turned, 360 * Math.cos(place.lat * DEG) - turned) < 1e-8
      )
    }),
  )
  t.match(geodetic({ x: 0, y: 0, z: -7000 }), { lat: -90 })
})
