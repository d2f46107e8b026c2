import t from 'tap'
import { separation } from '../../../shared/angles.js'
import { facings, unwrapAzimuth } from '../../../shared/mount/sky.js'
import { MOUNT } from '../../support/mounts.js'
import { straightPass } from '../../support/passes.js'

t.test('an azimuth track is unwrapped over north, both ways', (t) => {
  t.same(unwrapAzimuth([350, 355, 2, 10]), [350, 355, 362, 370])
  t.same(unwrapAzimuth([5, 358, 350]), [5, -2, -10])
  t.same(unwrapAzimuth([-10, 10]), [350, 370])
  t.end()
})

t.test('every facing is the same direction on the sky, and only over the top has one jump', (t) => {
  const pass = straightPass({ maxEl: 80, azAtTop: 10 })
  const found = facings({ ...MOUNT, elMax: 180 }, pass)
  t.equal(found.length, 3)
  for (const facing of found)
    t.ok(
      facing.az.every(
        (az, i) =>
          separation({ az, el: facing.el[i] ?? 0 }, { az: pass.az[i] ?? 0, el: pass.el[i] ?? 0 }) < 1e-5,
      ),
    )
  const jumps = found.map(({ el }) => el.filter((e, i) => Math.abs(e - (el[i - 1] ?? e)) > 10).length)
  t.same(jumps, [0, 0, 1])
  t.equal(facings(MOUNT, pass).length, 1, 'a mount that ends at the zenith has one')
  t.end()
})
