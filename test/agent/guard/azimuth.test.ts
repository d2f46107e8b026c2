import t from 'tap'
import { hull, padded, turnsOf, windings } from '../../../agent/guard/azimuth.js'

t.test('what a controller that forgets turns shows may be several azimuths, or none', (t) => {
  t.same(windings(10, { from: -180, to: 540 }), [10, 370])
  t.same(windings(350, { from: -180, to: 540 }), [-10, 350])
  t.same(windings(10, { from: 20, to: 300 }), [])
  t.same(windings(-10, { from: 300, to: 400 }), [350], 'some show what lies west of north below zero')
  t.end()
})

t.test('what no controller shows is not unwound into something that could be true', (t) => {
  for (const shown of [Number.NaN, Number.POSITIVE_INFINITY, 99_999, 541, -361])
    t.same(windings(shown, { from: 0, to: 450 }), [], String(shown))
  t.end()
})

t.test('spans are joined and widened', (t) => {
  t.same(hull({ from: 1, to: 2 }, null, { from: -5, to: 0 }), { from: -5, to: 2 })
  t.equal(hull(null), null)
  t.same(padded({ from: 1, to: 2 }, 3), { from: -2, to: 5 })
  t.end()
})

t.test('turns are whole and signed', (t) => {
  t.equal(turnsOf(359), 0)
  t.equal(turnsOf(360), 1)
  t.ok(Object.is(turnsOf(-10), 0), 'and never minus zero')
  t.equal(turnsOf(-360), -1)
  t.end()
})
