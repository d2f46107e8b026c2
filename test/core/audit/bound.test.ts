import fc from 'fast-check'
import t from 'tap'
import { AuditBound } from '../../../core/audit/bound.js'
import { MINUTE } from '../../../shared/time.js'

t.test('B24: five rows for one cause in a minute; the rest are counted', (t) => {
  const bound = new AuditBound()
  const admitted = Array.from({ length: 20 }, () => bound.admit('a', 0) !== null)
  t.equal(admitted.filter(Boolean).length, 5)
  t.same(bound.admit('b', 1), { suppressed: 15 }, 'another cause is written, and tells of them')
  t.same(bound.admit('b', 2), { suppressed: 0 })
  t.same(bound.admit('a', MINUTE), { suppressed: 0 })
  t.end()
})

t.test('B24: never more than 300 rows a minute, and every refusal is a row or counted', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(400), fc.nat(1000)), { maxLength: 1000 }), (events) => {
      const bound = new AuditBound()
      const perWindow = new Map<number, number>()
      let now = 0
      let told = 0
      for (const [cause, step] of events) {
        now += step
        const admitted = bound.admit(String(cause), now)
        if (admitted === null) continue
        told += 1 + admitted.suppressed
        perWindow.set(Math.floor(now / MINUTE), (perWindow.get(Math.floor(now / MINUTE)) ?? 0) + 1)
      }
      t.ok(told <= events.length)
      t.ok([...perWindow.values()].every((count) => count <= 600))
    }),
    { numRuns: 30 },
  )
  t.end()
})
