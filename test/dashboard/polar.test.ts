import fc from 'fast-check'
import t from 'tap'
import {
  foldMount,
  maskedSky,
  maskLine,
  outOfReach,
  polarPoint,
  sector,
  trackPath,
} from '../../core/dashboard/logic/polar.js'
import { separation } from '../../shared/angles.js'
import { mount } from './samples.js'

const near = (a: number, b: number) => Math.abs(a - b) < 1e-9

t.test('north is up, east is right, the zenith in the middle', async (t) => {
  const north = polarPoint({ az: 0, el: 0 })
  t.ok(near(north.x, 0) && near(north.y, -1))
  const east = polarPoint({ az: 90, el: 0 })
  t.ok(near(east.x, 1) && near(east.y, 0))
  const zenith = polarPoint({ az: 123, el: 90 })
  t.ok(near(zenith.x, 0) && near(zenith.y, 0))
})

t.test('what is below the horizon is seen on the rim', async (t) => {
  t.same(polarPoint({ az: 90, el: -20 }), polarPoint({ az: 90, el: 0 }))
})

t.test('a flipped mount is drawn where it looks, and turns of the cable do not matter', async (t) => {
  t.same(foldMount({ az: 30, el: 120 }), { az: 210, el: 60 })
  t.same(foldMount({ az: 450, el: 10 }), { az: 90, el: 10 })
  fc.assert(
    fc.property(
      fc.double({ min: -720, max: 1080, noNaN: true }),
      fc.double({ min: 0, max: 180, noNaN: true }),
      (az, el) => {
        const folded = foldMount({ az, el })
        return folded.el >= 0 && folded.el <= 90 && separation({ az, el }, folded) < 1e-5
      },
    ),
  )
})

t.test('every point lies inside the rim', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.double({ min: -720, max: 1080, noNaN: true }),
        fc.double({ min: -90, max: 180, noNaN: true }),
        (az, el) => {
          const { x, y } = polarPoint({ az, el })
          return Math.hypot(x, y) <= 1 + 1e-9
        },
      ),
    ),
  )
})

t.test('a path needs two directions', async (t) => {
  t.equal(trackPath([]), '')
  t.equal(trackPath([{ az: 0, el: 0 }]), '')
  t.equal(
    trackPath([
      { az: 0, el: 0 },
      { az: 90, el: 45 },
    ]),
    'M0.000,-1.000L0.500,0.000',
  )
})

t.test('a mask is straight between its points, round the compass, and never below the horizon', async (t) => {
  t.same(maskLine([]), [])
  t.equal(maskedSky([]), '')
  const line = maskLine([
    { az: 0, el: 0 },
    { az: 180, el: 18 },
  ])
  t.equal(line.length, 180)
  t.ok(near(line[45]?.el ?? -1, 9))
  t.ok(near(line[135]?.el ?? -1, 9))
  t.ok(line.every((p) => p.el >= 0))
})

t.test('a sector across north goes the short way', async (t) => {
  const path = sector(350, 10, 20)
  t.ok(path.startsWith('M-0.174,-0.985L'))
  t.ok(path.endsWith('Z'))
  t.equal(path.split('L').length, 22)
})

t.test('the sky to which a mount never gets: beside its travel, below and above it', async (t) => {
  t.equal(outOfReach(mount()), '', 'one that gets everywhere')
  t.equal(outOfReach(mount({ azMin: 0, azMax: 180, elMax: 180 })), '', 'or over the zenith to the other side')
  const half = outOfReach(mount({ azMin: 0, azMax: 180 }))
  t.ok(half.includes(trackPath([0, 2].map((az) => ({ az, el: 0 }))).slice(1)), 'the east is free to the rim')
  t.match(half, /L0\.000,0\.000L0\.000,0\.000/, 'the west is covered to the zenith')
  t.equal(outOfReach(mount({ elMin: 10 })).split('Z').length, 3, 'a ring at the rim')
  t.equal(outOfReach(mount({ elMax: 80 })).split('Z').length, 2, 'a hole at the zenith')
  t.equal(outOfReach(mount({ elMin: -5 })), '', 'below the horizon there is no sky')
})
