import fc from 'fast-check'
import t from 'tap'
import { fit, pan, scaleOf, settle, WORLD, zoomAt } from '../../core/dashboard/logic/map-frame.js'

const size = { width: 800, height: 400 }
const frame = fc.record({
  lon: fc.double({ min: -400, max: 400, noNaN: true }),
  lat: fc.double({ min: -200, max: 200, noNaN: true }),
  zoom: fc.double({ min: 0.01, max: 1000, noNaN: true }),
})

t.test('the world fits at zoom 1 and does not move', async (t) => {
  t.same(pan(WORLD, 100, 100, size), WORLD)
  t.equal(scaleOf(WORLD, size), 800 / 360)
})

t.test('a settled frame shows nothing beyond the world', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(frame, (f) => {
        const settled = settle(f, size)
        const scale = scaleOf(settled, size)
        const right = settled.lon + size.width / 2 / scale
        const top = settled.lat + size.height / 2 / scale
        return right <= 180 + 1e-6 && top <= 90 + 1e-6 && settled.zoom >= 1
      }),
    ),
  )
})

t.test('what is under the pointer stays there while one magnifies', async (t) => {
  const before = { lon: 10, lat: 20, zoom: 4 }
  const after = zoomAt(before, 1.5, 100, -50, size)
  const lonAt = (f: typeof before) => f.lon + 100 / scaleOf(f, size)
  const latAt = (f: typeof before) => f.lat + 50 / scaleOf(f, size)
  t.ok(Math.abs(lonAt(before) - lonAt(after)) < 1e-9)
  t.ok(Math.abs(latAt(before) - latAt(after)) < 1e-9)
})

t.test('a fleet in one country is shown near, a fleet round the globe whole', async (t) => {
  t.ok(
    fit(
      [
        { lat: 48, lon: 11 },
        { lat: 53, lon: 13 },
      ],
      size,
    ).zoom > 3,
  )
  t.ok(
    fit(
      [
        { lat: -35, lon: 149 },
        { lat: 65, lon: -147 },
      ],
      size,
    ).zoom < 1.1,
  )
  t.same(fit([], size), WORLD)
})

t.test('one station is shown with its surroundings', async (t) => {
  const { lon, lat, zoom } = fit([{ lat: 48, lon: 11 }], size)
  t.same({ lon, lat }, { lon: 11, lat: 48 })
  t.ok(zoom > 2 && zoom < 8)
})

t.test('a canvas without a size is no accident', async (t) => {
  t.ok(Number.isFinite(fit([{ lat: 1, lon: 1 }], { width: 0, height: 0 }).zoom))
})
