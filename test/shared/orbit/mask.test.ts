import fc from 'fast-check'
import t from 'tap'
import { skyline } from '../../../shared/orbit/mask.js'

t.test('the skyline is straight between points, also across north, in any order', async (t) => {
  const height = skyline([
    { az: 90, el: 20 },
    { az: 350, el: 10 },
    { az: 10, el: 30 },
  ])
  t.equal(height(10), 30)
  t.equal(height(50), 25)
  t.equal(height(220), 15)
  t.equal(height(0), 20)
  t.equal(height(360), 20)
  t.equal(height(-5), 15)
})

t.test('a step counts with its higher side; 360 is 0', async (t) => {
  const height = skyline([
    { az: 0, el: 5 },
    { az: 100, el: 5 },
    { az: 100, el: 40 },
    { az: 200, el: 40 },
    { az: 200, el: 5 },
    { az: 360, el: 5 },
  ])
  t.same([99.999, 100, 150, 200, 200.001, 0].map(height), [5, 40, 40, 40, 5, 5])
})

t.test('one point is a level skyline, none is no skyline', async (t) => {
  t.equal(skyline([{ az: 123, el: 7 }])(300), 7)
  t.equal(skyline([])(0), -90)
})

t.test('a skyline never leaves the range of its points', async (t) => {
  const point = fc.record({
    az: fc.double({ min: 0, max: 360, noNaN: true }),
    el: fc.double({ min: 0, max: 90, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1 }),
      fc.double({ min: -720, max: 720, noNaN: true }),
      (points, az) => {
        const height = skyline(points)(az)
        const els = points.map(({ el }) => el)
        return height >= Math.min(...els) - 1e-9 && height <= Math.max(...els) + 1e-9
      },
    ),
  )
  t.pass('holds')
})
