import { degreesToRadians, ecfToLookAngles, eciToEcf, eciToGeodetic } from 'satellite.js'
import t from 'tap'
import { DEG, separation } from '../../../shared/angles.js'
import type { Site } from '../../../shared/messages.js'
import { siderealAngle } from '../../../shared/orbit/earth.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { lookAngles, subPoint } from '../../../shared/orbit/look.js'
import { type Satellite, satelliteFrom } from '../../../shared/orbit/propagate.js'
import { MINUTE } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'

const START = Date.UTC(2026, 4, 8)
const SITES: readonly Site[] = [
  { lat: 39.236, lon: -86.305, altM: 280 },
  { lat: -78.5, lon: 106.8, altM: 3488 },
  { lat: 0, lon: 0, altM: 0 },
  { lat: 90, lon: 0, altM: 2800 },
]

/** Every tenth of the 200 low satellites at 97 moments of a day, over four sites. */
function* samples(tle: string): Generator<{ satellite: Satellite; site: Site; ms: number }> {
  for (const [i, omm] of parseElements(tle).elements.entries()) {
    if (i % 10 !== 0) continue
    const satellite = satelliteFrom(omm)
    for (let step = 0; step < 97; step++)
      for (const site of SITES) yield { satellite, site, ms: START + step * 14.8 * MINUTE }
  }
}

t.test('look angles agree with those of satellite.js to 1e-6 degrees and a millimetre', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  if (tle === null) return
  let angle = 0
  let range = 0
  for (const { satellite, site, ms } of samples(tle)) {
    const ours = lookAngles(satellite, site, ms)
    const theirs = ecfToLookAngles(
      {
        latitude: degreesToRadians(site.lat),
        longitude: degreesToRadians(site.lon),
        height: site.altM / 1000,
      },
      // Their own sidereal time has steps of 40 microseconds; test/shared/orbit/earth.test.ts compares that.
      eciToEcf(satellite.stateAt(ms).position, siderealAngle(ms)),
    )
    angle = Math.max(angle, separation(ours, { az: theirs.azimuth / DEG, el: theirs.elevation / DEG }))
    range = Math.max(range, Math.abs(ours.rangeKm - theirs.rangeSat))
  }
  t.ok(angle < 1e-6, `${angle} degrees`)
  t.ok(range < 1e-6, `${range} km`)
})

t.test('the range rate is the change of the range, in the turning frame', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  if (tle === null) return
  let worst = 0
  for (const { satellite, site, ms } of samples(tle)) {
    const H = 50
    const before = lookAngles(satellite, site, ms - H).rangeKm
    const after = lookAngles(satellite, site, ms + H).rangeKm
    const numeric = ((after - before) / (2 * H)) * 1000
    worst = Math.max(worst, Math.abs(lookAngles(satellite, site, ms).rangeRate - numeric))
  }
  // SGP4's velocity is not exactly the derivative of its position: up to 3.3e-4 km/s apart over the 200 satellites.
  t.ok(worst < 3.3e-4, `${worst} km/s`)
})

t.test('the point under the satellite agrees with satellite.js and has it at the zenith', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  if (tle === null) return
  let off = 0
  let lowest = 90
  for (const { satellite, ms } of samples(tle)) {
    const { lat, lon, altKm } = subPoint(satellite, ms)
    const theirs = eciToGeodetic(satellite.stateAt(ms).position, siderealAngle(ms))
    off = Math.max(off, Math.abs(lat - theirs.latitude / DEG), Math.abs(altKm - theirs.height))
    lowest = Math.min(lowest, lookAngles(satellite, { lat, lon, altM: 0 }, ms).el)
  }
  t.ok(off < 1e-6, `${off}`)
  t.ok(lowest > 90 - 1e-6, `${lowest}`)
})
