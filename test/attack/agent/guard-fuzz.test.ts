/** Everything at once against guard, driver and the real rotctld; `npm run bench -- fuzz-guard` is the same, longer. */
import t from 'tap'
import { fuzzGuard } from '../../support/fuzz/fuzz-guard.js'

t.test('G1 G8: whatever happens, no forbidden byte leaves for the real rotctld', async (t) => {
  const report = await fuzzGuard(t, 6000, 20_261_122)
  if (report === null) return
  const { forbidden, limitViolations, rotctldCrashes, motions, taken, refused } = report
  t.same(forbidden.slice(0, 5), [])
  t.same(limitViolations, [])
  t.equal(rotctldCrashes, 0)
  t.ok(
    motions > 50 && taken > 500,
    `the law was tried: ${motions} motions of ${taken}, ${JSON.stringify(refused)}`,
  )
})
