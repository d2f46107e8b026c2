import fc from 'fast-check'
import t from 'tap'
import { askAtMs, renewAtMs, renewalWindowMs } from '../../shared/renewal.js'
import { DAY } from '../../shared/time.js'

t.test('E30: the window is the last 14 days, or the last fifth of a shorter life', (t) => {
  t.equal(renewalWindowMs(180 * DAY), 14 * DAY)
  t.equal(renewalWindowMs(70 * DAY), 14 * DAY)
  t.equal(renewalWindowMs(30 * DAY), 6 * DAY)
  t.equal(renewAtMs(0, 180 * DAY), 166 * DAY)
  t.end()
})

t.test('E30: whatever the life and the die, the next is asked for in the first half of the window', (t) => {
  const lives = fc.integer({ min: DAY, max: 3650 * DAY })
  const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.nat(4e12), lives, dice, (issued, life, die) => {
      const renew = renewAtMs(issued, life)
      const ask = askAtMs(issued, renew, die)
      const latest = renew + renewalWindowMs(life) / 2
      // The agent knows only two of the three times, and works the window out to a rounding.
      return renew > issued && ask >= renew && ask <= latest + 1 && latest < issued + life
    }),
  )
  t.end()
})
