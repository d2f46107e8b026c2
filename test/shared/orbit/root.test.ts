import fc from 'fast-check'
import t from 'tap'
import { signChange } from '../../../shared/orbit/root.js'

function solve(f: (at: number) => number, low: number, high: number, tolerance = 1e-3) {
  let calls = 0
  const counted = (at: number) => {
    calls++
    return f(at)
  }
  const at = signChange(counted, { at: low, value: f(low) }, { at: high, value: f(high) }, tolerance)
  return { at, calls }
}

t.test('a smooth root is found in few steps', async (t) => {
  const { at, calls } = solve((x) => Math.sin(x / 100), 200, 400)
  t.ok(Math.abs(at - 100 * Math.PI) < 1e-3)
  t.ok(calls < 12, `${calls} calls`)
})

t.test('any single change of sign is found, whatever the function does beside it', async (t) => {
  const shape = fc.constantFrom(
    (d: number) => d,
    (d: number) => d ** 3,
    (d: number) => Math.sign(d),
    (d: number) => (d < 0 ? -1e-9 : 1e9),
    (d: number) => (d < 0 ? -1e9 : 1e-9),
    (d: number) => Math.cbrt(d),
    (d: number) => Math.atan(d * 1e6),
  )
  fc.assert(
    fc.property(shape, fc.double({ min: 1, max: 99_999, noNaN: true }), fc.boolean(), (f, root, falling) => {
      const { at, calls } = solve((x) => (falling ? f(root - x) : f(x - root)), 0, 100_000)
      // A third of the steps are bisections: 27 halvings of 1e5 give 1e-3.
      return Math.abs(at - root) <= 1e-3 && calls <= 3 * 27 + 3
    }),
  )
  t.pass('holds')
})
