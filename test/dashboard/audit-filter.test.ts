import fc from 'fast-check'
import t from 'tap'
import {
  AUDIT_TIMES,
  type AuditFilter,
  auditQueryOf,
  filterFrom,
  filterSearch,
  isFiltered,
  NO_FILTER,
} from '../../core/dashboard/logic/audit-filter.js'
import { ACTOR_KINDS, AUDIT_ACTIONS, AUDIT_OUTCOMES, auditExportQuery } from '../../shared/api/audit.js'

const NOW = Date.parse('2026-11-22T12:34:56.789Z')

t.test('H9: what is chosen is what core is asked for; what is not chosen is not sent', (t) => {
  t.same(auditQueryOf(NO_FILTER, NOW), {})
  t.notOk(isFiltered(NO_FILTER))
  t.same(auditQueryOf({ ...NO_FILTER, search: '  roof ', outcome: 'denied', time: 'hour' }, NOW), {
    ...{ search: 'roof', outcome: 'denied', from: '2026-11-22T11:34:00.000Z' },
  })
  t.end()
})

const filters: fc.Arbitrary<AuditFilter> = fc.record({
  search: fc.string({ maxLength: 80 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text)),
  action: fc.constantFrom('' as const, ...AUDIT_ACTIONS),
  outcome: fc.constantFrom('' as const, ...AUDIT_OUTCOMES),
  actorKind: fc.constantFrom('' as const, ...ACTOR_KINDS),
  time: fc.constantFrom(...AUDIT_TIMES),
  actor: fc.stringMatching(/^[a-z0-9-]{0,64}$/),
  target: fc.stringMatching(/^[a-z0-9-]{0,64}$/),
})

t.test('a filter survives the address bar, and core takes every one', (t) => {
  fc.assert(
    fc.property(filters, (filter) => {
      t.same(filterFrom(filterSearch(filter)), { ...filter })
      return auditExportQuery.safeParse(auditQueryOf(filter, NOW)).success
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('an address that is not ours is no filter', (t) => {
  t.same(filterFrom('?action=rm&outcome=maybe&time=ever&actor=<b>&x=1'), NO_FILTER)
  t.end()
})
