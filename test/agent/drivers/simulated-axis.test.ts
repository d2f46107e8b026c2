import fc from 'fast-check'
import t from 'tap'
import { advanceAxis, axisAt, brakingPoint } from '../../../agent/drivers/simulated-axis.js'

const STIFF = { rate: 6, accel: Number.POSITIVE_INFINITY, backlash: 0 }
const HEAVY = { rate: 6, accel: 2, backlash: 0 }

t.test('without inertia an axis is at its rate at once, and stands at its target', (t) => {
  t.match(advanceAxis(axisAt(10), 40, STIFF, 2), { motor: 22, load: 22 })
  t.match(advanceAxis(axisAt(10), -40, STIFF, 2), { motor: -2 })
  t.match(advanceAxis(axisAt(10), 11, STIFF, 2), { motor: 11 })
  t.end()
})

t.test('with inertia it speeds up, runs, slows down, and takes as long as physics says', (t) => {
  const after = (seconds: number) => advanceAxis(axisAt(0), 60, HEAVY, seconds)
  t.ok(Math.abs(after(1).motor - 1) < 0.1, 'half of a t squared')
  t.ok(Math.abs(after(3).speed - 6) < 0.05, 'at full speed after rate / accel')
  t.ok(Math.abs(after(5).motor - 21) < 0.2)
  // 60 degrees: 3 s and 9 degrees each for speeding up and slowing down, 7 s for what is between.
  t.ok(after(12.5).motor < 60)
  t.match(after(14), { motor: 60, speed: 0 })
  t.end()
})

t.test('told to stop at full speed, it comes to rest where its brakes allow', (t) => {
  const running = advanceAxis(axisAt(0), 60, HEAVY, 5)
  const rest = brakingPoint(running, HEAVY)
  t.ok(Math.abs(rest - running.motor - 9) < 0.2)
  t.match(advanceAxis(running, rest, HEAVY, 10), { motor: rest, speed: 0 })
  t.end()
})

t.test('play: after a reversal the motor turns before the antenna does', (t) => {
  const traits = { ...STIFF, backlash: 1 }
  const there = advanceAxis(axisAt(0), 12, traits, 10)
  t.match(there, { motor: 12, load: 11.5 })
  t.match(
    advanceAxis(there, 11.2, traits, 10),
    { motor: 11.2, load: 11.5 },
    'within the play it does not move',
  )
  t.match(advanceAxis(there, 0, traits, 10), { motor: 0, load: 0.5 })
  t.end()
})

t.test('whatever it is told, it is never faster than its rate, and always arrives', (t) => {
  const target = fc.double({ min: -200, max: 200, noNaN: true })
  fc.assert(
    fc.property(target, target, fc.double({ min: 0.5, max: 50, noNaN: true }), (first, second, accel) => {
      const traits = { rate: 6, accel, backlash: 0 }
      let axis = advanceAxis(axisAt(0), first, traits, 3)
      for (let i = 0; i < 40; i++) {
        const next = advanceAxis(axis, second, traits, 0.5)
        if (Math.abs(next.motor - axis.motor) > 3.01 || Math.abs(next.speed) > 6.0001) return false
        axis = next
      }
      axis = advanceAxis(axis, second, traits, 120)
      return axis.motor === second && axis.speed === 0
    }),
    { numRuns: 200 },
  )
  t.end()
})
