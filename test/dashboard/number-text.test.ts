import t from 'tap'
import {
  compassPoint,
  coordinates,
  degrees,
  fixed,
  NONE,
  signedInteger,
} from '../../core/dashboard/logic/number-text.js'

t.test('nothing is shown as nothing, never as a number', async (t) => {
  t.equal(degrees(null), NONE)
  t.equal(degrees(undefined), NONE)
  t.equal(degrees(0), '0.00°')
})

t.test('there is no minus zero', async (t) => {
  t.equal(fixed(-0.001, 2), '0.00')
  t.equal(fixed(-1.5, 1), '−1.5')
})

t.test('places, points of the compass and turns', async (t) => {
  t.equal(coordinates(-53.1, -70.9), '53.10° S, 70.90° W')
  t.same([0, 44, 90, 359, -90, 450].map(compassPoint), ['N', 'NE', 'E', 'N', 'W', 'E'])
  t.same([0, 1, -2].map(signedInteger), ['0', '+1', '−2'])
})
