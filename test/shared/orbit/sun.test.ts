import t from 'tap'
import { DEG } from '../../../shared/angles.js'
import { geodetic } from '../../../shared/orbit/earth.js'
import { LIGHTS, lightAt, sunDirection, sunEarthFixed } from '../../../shared/orbit/sun.js'
import { MINUTE } from '../../../shared/time.js'

/** The light at a distance from the centre behind the Earth, so far (km) off the axis of the shadow. */
const behind = (km: number, aside: number) => LIGHTS[lightAt(-km, aside, 0, 1, 0, 0)]

t.test('the Sun stands over the tropics at the solstices, over the equator at the equinoxes', async (t) => {
  // UTC, from the tables of the U.S. Naval Observatory.
  for (const [at, latitude] of [
    ['2026-03-20T14:46:00Z', 0],
    ['2026-06-21T08:24:00Z', 23.44],
    ['2026-09-23T00:05:00Z', 0],
    ['2026-12-21T20:50:00Z', -23.44],
  ] as const) {
    const { z } = sunDirection(Date.parse(at))
    t.ok(Math.abs(Math.asin(z) / DEG - latitude) < 0.01, at)
  }
})

t.test('at Greenwich it is highest when the equation of time says so', async (t) => {
  // 2026-11-03: the Sun is 16.4 min ahead of the clock, its largest.
  const noon = Date.parse('2026-11-03T11:43:34Z')
  const { x, y, z } = sunEarthFixed(noon)
  t.ok(Math.abs(geodetic({ x: 7000 * x, y: 7000 * y, z: 7000 * z }).lon) < 0.1)
  t.ok(sunEarthFixed(noon - MINUTE).y > 0 && sunEarthFixed(noon + MINUTE).y < 0)
})

t.test('a satellite is lit before the Earth, dark behind it, half lit at the edge', async (t) => {
  t.equal(LIGHTS[lightAt(7000, 0, 0, 1, 0, 0)], 'sunlit')
  t.equal(LIGHTS[lightAt(0, 7000, 0, 1, 0, 0)], 'sunlit')
  t.equal(behind(7000, 0), 'umbra')
  t.equal(behind(2600, 6378.1 - 15), 'umbra')
  t.equal(behind(2600, 6378.1), 'penumbra')
  t.equal(behind(2600, 6378.1 + 15), 'sunlit')
  t.equal(behind(42_164, 6378.1 - 185), 'penumbra', 'the umbra narrows by 0.0046 of the way')
  t.equal(behind(42_164, 6378.1 - 210), 'umbra')
  t.equal(behind(1_500_000, 0), 'penumbra', 'and ends before 1.4 million km')
})

t.test('the Earth is flat at the poles, and so is its shadow', async (t) => {
  const over = (km: number) => LIGHTS[lightAt(-2600, 0, km, 1, 0, 0)]
  t.equal(over(6356.7 - 15), 'umbra')
  t.equal(over(6356.7 + 15), 'sunlit')
})
