import t from 'tap'
import { judgeEnrollment } from '../../../core/health/enrollment-findings.js'
import { readThresholds } from '../../../core/health/thresholds.js'

const thresholds = readThresholds({ TALOS_HEALTH_ENROLLMENT_ISSUED_HOURLY: '3,10' }, () => {})
const issuer = (issued: number) => ({ id: 'user-1', email: 'ada@example.org', org: 'main', issued })
const judge = (issued: number[], waiting = 0) =>
  judgeEnrollment({ issuers: issued.map(issuer), active: 1, waiting }, thresholds)

t.test('E7: who issues unusually many tokens is named, with what to do', async (t) => {
  t.match(judge([]), [
    { level: 'ok', found: 'none in the last hour', mend: '' },
    { level: 'ok' },
    { level: 'ok' },
  ])
  t.match(judge([2, 1]), [{ level: 'ok', found: /at most 2 in the last hour, by ada@example.org in main/ }])
  t.match(judge([3]), [{ level: 'warning', mend: /talos users disable/ }])
  t.match(judge([10]), [{ level: 'critical' }])
})

t.test('E15: agents that wait are told of', async (t) => {
  t.match(judge([], 2)[2], { level: 'note', found: /^2 /, mend: /--status pending/ })
})
