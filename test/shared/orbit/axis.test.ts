import t from 'tap'
import { semiMajorAxis } from '../../../shared/orbit/axis.js'

t.test('the axis of one revolution a sidereal day is that of the geostationary belt', async (t) => {
  t.ok(Math.abs(semiMajorAxis(1.0027379) - 42_164) < 1)
})
