import t from 'tap'
import { differenceOf } from '../../../shared/orbit/difference.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR } from '../../../shared/time.js'
import { ISS_EPOCH_MS as EPOCH, ISS } from '../../support/iss.js'

t.test('A turn of the ellipse is so many kilometres and seconds along the way', async (t) => {
  t.same(differenceOf(ISS, ISS), { days: 0, km: 0, earlyS: 0 })
  const ahead = { ...ISS, MEAN_ANOMALY: (ISS.MEAN_ANOMALY + 0.1) % 360 }
  const found = differenceOf(ISS, ahead)
  const { position } = satelliteFrom(ISS).stateAt(EPOCH)
  const radius = Math.hypot(position.x, position.y, position.z)
  // A tenth of a degree of a nearly circular orbit.
  t.ok(Math.abs((found?.km ?? 0) - (radius * 0.1 * Math.PI) / 180) < 0.1, `${found?.km} km`)
  const tenthS = (86_400 / ISS.MEAN_MOTION) * (0.1 / 360)
  t.ok(Math.abs((found?.earlyS ?? 0) - tenthS) < 0.01, `${found?.earlyS} s early`)
  t.ok(Math.abs((differenceOf(ahead, ISS)?.earlyS ?? 0) + tenthS) < 0.01, 'and behind is negative')
})

t.test('The sets are compared at the epoch of the newer one', async (t) => {
  const later = { ...ISS, EPOCH: new Date(EPOCH + 6 * HOUR).toISOString().replace('Z', '000') }
  const [from, to] = [satelliteFrom(ISS), satelliteFrom(later)]
  const [a, b] = [from.stateAt(to.epochMs).position, to.stateAt(to.epochMs).position]
  const found = differenceOf(ISS, later)
  t.ok(Math.abs((found?.days ?? 0) - (6 * HOUR) / DAY) < 1e-6)
  t.ok(Math.abs((found?.km ?? 0) - Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z)) < 1e-6)
  t.ok((found?.km ?? 0) > 100, 'which is another place than at the epoch of the older')
})

t.test('Where SGP4 makes nothing of a set there is no difference to tell', async (t) => {
  const years = new Date(EPOCH + 4000 * DAY).toISOString().replace('Z', '000')
  t.equal(differenceOf(ISS, { ...ISS, EPOCH: years }), null, 'the older one has decayed by then')
  t.equal(differenceOf({ ...ISS, EPOCH: 'never' }, ISS), null)
})
