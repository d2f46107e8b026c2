import fc from 'fast-check'
import t from 'tap'
import { ringDashes, shareLeft } from '../../core/dashboard/logic/countdown-ring.js'

t.test('the share that is left falls from one to nothing', async (t) => {
  t.equal(shareLeft(100, 200, 100), 1)
  t.equal(shareLeft(100, 200, 150), 0.5)
  t.equal(shareLeft(100, 200, 200), 0)
  t.equal(shareLeft(100, 100, 50), 0, 'no life at all')
})

t.test('it is a share whatever the clocks say, and never grows', async () => {
  const moment = fc.integer({ min: -1e13, max: 1e13 })
  fc.assert(
    fc.property(moment, moment, moment, moment, (from, to, a, b) => {
      const [early, late] = [shareLeft(from, to, Math.min(a, b)), shareLeft(from, to, Math.max(a, b))]
      return late >= 0 && early <= 1 && late <= early
    }),
  )
})

t.test('a full ring is drawn round, an empty one not at all', async (t) => {
  t.equal(ringDashes(9, 1), '56.55 56.55')
  t.equal(ringDashes(9, 0), '0.00 56.55')
})
