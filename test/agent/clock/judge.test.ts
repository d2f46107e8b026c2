import fc from 'fast-check'
import t from 'tap'
import {
  DRIFT,
  isDoubtful,
  isWithinBeam,
  judge,
  peakRate,
  pointing,
  type Reference,
  worstMs,
} from '../../../agent/clock/judge.js'
import { HOUR } from '../../../shared/time.js'

const NOBODY = { core: null, ntp: null, rtc: null }
const said = (trueMs: number, uncertaintyMs: number, at = 0): Reference => ({ trueMs, uncertaintyMs, at })

t.test('field C12: nothing is known of a clock for which nobody vouches, and no pass is flown by it', (t) => {
  const state = judge(NOBODY, 1000, 0)
  t.same(state, { source: 'none', offsetMs: null, uncertaintyMs: null })
  t.equal(worstMs(state), null)
  t.notOk(isWithinBeam(pointing(state, 0, 180)), 'not even of a satellite that stands still')
  t.ok(isDoubtful(state, 180))
  t.end()
})

t.test('two witnesses that agree narrow each other down, two that do not are both believed', (t) => {
  const both = judge({ ...NOBODY, core: said(1000, 100), ntp: said(1090, 50) }, 1000, 0)
  t.same(both, { source: 'both', offsetMs: -70, uncertaintyMs: 30 })
  const conflict = judge({ ...NOBODY, core: said(11_000, 20), ntp: said(1000, 50) }, 1000, 0)
  t.equal(conflict.source, 'conflict')
  t.equal(worstMs(conflict), 10_020, 'the worse of both counts')
  t.equal(judge({ ...NOBODY, core: said(1000, 1), rtc: said(9000, 1) }, 1000, 0).source, 'core')
  t.end()
})

t.test('what was measured gets old by the drift of a crystal, and a step of the clock shows at once', (t) => {
  const references = { ...NOBODY, core: said(0, 20) }
  const later = judge(references, HOUR, HOUR)
  t.equal(later.offsetMs, -0)
  t.equal(later.uncertaintyMs, 20 + HOUR * DRIFT)
  t.equal(judge(references, HOUR + 5000, HOUR).offsetMs, 5000)
  t.equal(judge(references, HOUR - 5000, HOUR).offsetMs, -5000)
  t.end()
})

t.test('field C12: offset and uncertainty times the fastest motion are held against half the beam', (t) => {
  const state = { source: 'core', offsetMs: -1500, uncertaintyMs: 500 } as const
  const fine = pointing(state, 1.2, 5)
  t.match(fine, { errDeg: 2.4, allowedDeg: 2.5 })
  t.ok(isWithinBeam(fine))
  t.notOk(isWithinBeam(pointing(state, 1.3, 5)))
  t.ok(isDoubtful(state, 5), 'it is said before it is too late')
  t.notOk(isDoubtful(state, 20))
  t.equal(pointing({ ...state, offsetMs: 1e12 }, 1, 5).errDeg, 180)
  t.end()
})

t.test('the fastest motion is that on the sky, not that of an axis', (t) => {
  const near = (a: number, b: number) => t.ok(Math.abs(a - b) < 1e-3, `${a} is about ${b}`)
  near(peakRate({ t0Ms: 0, dtMs: 500, az: [0, 1, 3], el: [0, 0, 0] }), 4)
  near(peakRate({ t0Ms: 0, dtMs: 1000, az: [0, 10], el: [80, 80] }), 1.7343)
  near(peakRate({ t0Ms: 0, dtMs: 1000, az: [0, 0], el: [89, 91] }), 2)
  t.equal(peakRate({ t0Ms: 0, dtMs: 1000, az: [5, 5], el: [3, 3] }), 0)
  t.end()
})

t.test(
  'whoever of two witnesses is wrong, what is told is off by no more than twice the bound of the other',
  (t) => {
    const ms = fc.integer({ min: -100_000, max: 100_000 })
    const bound = fc.integer({ min: 0, max: 5000 })
    const away = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(ms, ms, bound, away, ms, bound, fc.boolean(), (ahead, apart, u, k, wrong, v, isCore) => {
        // One says the truth within its bound, the other says anything.
        const truth = 1_000_000
        const right = said(truth + k * u, u)
        const other = said(truth + apart + wrong, v)
        const refs = { rtc: null, core: isCore ? right : other, ntp: isCore ? other : right }
        const { offsetMs, uncertaintyMs } = judge(refs, truth + ahead, 0)
        return Math.abs(ahead - (offsetMs ?? Number.NaN)) <= (uncertaintyMs ?? 0) + 2 * u + 1e-6
      }),
    )
    t.end()
  },
)
