import t from 'tap'
import { onTravel } from '../../core/dashboard/logic/travel.js'

t.test('a value lies on its travel in percent, and never outside', async (t) => {
  t.same(
    [-180, 0, 450, 500, -200].map((az) => onTravel(az, -180, 450)),
    [0, 28.57, 100, 100, 0],
  )
  t.equal(onTravel(null, 0, 90), null)
})
