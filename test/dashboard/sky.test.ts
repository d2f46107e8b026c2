import t from 'tap'
import {
  footprintRadius,
  groundPoint,
  groundTrack,
  lookNow,
  passTrack,
  satellite,
} from '../../core/dashboard/logic/sky.js'
import type { Omm } from '../../shared/messages.js'

/** The ISS, from the example of Wikipedia's article on two-line elements (2008). */
const ISS: Omm = {
  OBJECT_NAME: 'ISS (ZARYA)',
  OBJECT_ID: '1998-067A',
  EPOCH: '2008-09-20T12:25:40.104192',
  MEAN_MOTION: 15.72125391,
  ECCENTRICITY: 0.0006703,
  INCLINATION: 51.6416,
  RA_OF_ASC_NODE: 247.4627,
  ARG_OF_PERICENTER: 130.536,
  MEAN_ANOMALY: 325.0288,
  EPHEMERIS_TYPE: 0,
  CLASSIFICATION_TYPE: 'U',
  NORAD_CAT_ID: 25544,
  ELEMENT_SET_NO: 292,
  REV_AT_EPOCH: 56353,
  BSTAR: -0.000011606,
  MEAN_MOTION_DOT: -0.00002182,
  MEAN_MOTION_DDOT: 0,
}
const EPOCH = Date.UTC(2008, 8, 20, 12, 25, 40)
const ATHENS = { lat: 38, lon: 23.7, altM: 150 }

t.test('the point under a satellite moves within its inclination', async (t) => {
  const craft = satellite(ISS)
  if (craft === null) return t.fail('the elements are good')
  const points = groundTrack(craft, EPOCH, EPOCH + 92 * 60_000)
  t.equal(points.length, 61)
  t.ok(points.every(([lon, lat]) => lon >= -180 && lon < 180 && Math.abs(lat) < 52))
  t.ok(Math.max(...points.map(([, lat]) => lat)) > 51)
  const point = groundPoint(craft, EPOCH)
  t.ok(point !== null && point.altKm > 300 && point.altKm < 400)
})

t.test('a track holds what is seen at its times', async (t) => {
  const craft = satellite(ISS)
  if (craft === null) return t.fail('the elements are good')
  const track = passTrack(craft, ATHENS, EPOCH, EPOCH + 600_000)
  t.equal(track[0]?.ms, EPOCH)
  t.equal(track.at(-1)?.ms, EPOCH + 600_000)
  const { az, el } = track[30] ?? { az: 0, el: 0 }
  t.same(lookNow(craft, ATHENS, EPOCH + 300_000), { az, el })
})

t.test('elements without an orbit are not drawn, and nothing throws', async (t) => {
  t.equal(satellite({ ...ISS, EPOCH: 'yesterday' }), null)
  const decayed = satellite({ ...ISS, BSTAR: 0.5 })
  if (decayed === null) return t.fail('only its orbit is bad')
  const late = EPOCH + 400 * 86_400_000
  t.equal(groundPoint(decayed, late), null)
  t.equal(lookNow(decayed, ATHENS, late), null)
  t.same(passTrack(decayed, ATHENS, late, late + 1000), [])
  t.same(groundTrack(decayed, late, late + 1000), [])
})

t.test('the footprint grows with the height, up to half the Earth', async (t) => {
  t.equal(footprintRadius(0), 0)
  t.ok(Math.abs(footprintRadius(400) - 19.8) < 0.1)
  t.ok(footprintRadius(36_000) > 81)
})
