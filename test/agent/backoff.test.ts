import fc from 'fast-check'
import t from 'tap'
import { pauseMs } from '../../agent/backoff.js'

const limits = { maxMs: 120_000, refusedMs: 300_000 }

t.test('G9: pauses grow to two minutes with full jitter, and are never nothing', (t) => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const pause = pauseMs(limits, attempt, false, random)
      return pause >= 250 && pause <= Math.min(120_000, 1000 * 2 ** attempt)
    }),
  )
  t.equal(pauseMs(limits, 20, false, 0), 250, 'anywhere down to the floor')
  t.ok(pauseMs(limits, 20, false, 0.999) > 119_000)
  t.end()
})

t.test('G9: a refused credential waits five minutes at least', (t) => {
  t.equal(pauseMs(limits, 0, true, 0), 300_000)
  t.equal(pauseMs(limits, 99, true, 0.999), 449_850)
  t.end()
})
