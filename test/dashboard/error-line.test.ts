import t from 'tap'
import { axisTop, errorPath, errorPoints } from '../../core/dashboard/logic/error-line.js'

t.test('a gap is a gap and never a zero', async (t) => {
  const points = errorPoints([
    [0, 10, 0, 13, 0],
    [1000, 10, 0, null, null],
    [2000, null, null, 10, 0],
    [3000, 10, 0, 10, 0],
  ])
  t.equal(points.length, 2)
  t.ok(Math.abs((points[0]?.errDeg ?? 0) - 3) < 1e-9)
  t.equal(points[1]?.errDeg, 0)
})

t.test('the error is the angle on the sky: near the zenith azimuth hardly counts', async (t) => {
  t.ok((errorPoints([[0, 0, 89, 90, 89]])[0]?.errDeg ?? 9) < 1.5)
})

t.test('the axis ends at 1, 2 or 5 times a power of ten', async (t) => {
  const top = (errDeg: number) => axisTop([{ ms: 0, errDeg }])
  t.same([0, 0.03, 0.14, 0.3, 1, 1.1, 4, 7, 63].map(top), [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 10, 100])
})

t.test('a line needs two moments', async (t) => {
  t.equal(errorPath([], 1), '')
  t.equal(errorPath([{ ms: 5, errDeg: 1 }], 1), '')
  t.equal(
    errorPath(
      [
        { ms: 0, errDeg: 0 },
        { ms: 10, errDeg: 5 },
      ],
      1,
    ),
    'M0.00,100.00L100.00,0.00',
  )
})
