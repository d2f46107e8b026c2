import t from 'tap'
import { detailText, outcomeTone } from '../../core/dashboard/logic/audit-text.js'
import { AUDIT_OUTCOMES } from '../../shared/api/audit.js'

t.test('every outcome has a word', async (t) => {
  for (const outcome of AUDIT_OUTCOMES) t.ok(outcomeTone(outcome), outcome)
})

t.test('details are one line and bounded', async (t) => {
  t.equal(detailText({ op: 'stop', seq: 4, at: { az: 1 } }), 'op stop, seq 4, at {"az":1}')
  t.equal(detailText({}), '')
  t.equal(detailText({ hash: 'c'.repeat(64) }), 'hash cccccccc')
  t.equal(detailText({ long: 'x'.repeat(1000) }).length, 301)
})
