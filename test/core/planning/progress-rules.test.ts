import t from 'tap'
import { TRANSITIONS } from '../../../core/planning/contact-states.js'
import { AWAITING_RECEIPT, endOf, proofOf, refusalOf } from '../../../core/planning/progress-rules.js'
import type { ErrorCode } from '../../../shared/errors.js'
import { PLAN_PHASES } from '../../../shared/messages.js'

t.test('A receipt ends a contact as the station says, with its code as the cause', async (t) => {
  const end = (outcome: 'completed' | 'partial' | 'missed' | 'failed', code: ErrorCode | null = null) =>
    endOf({ outcome, code, onTargetS: 12.4 })
  t.same(end('completed'), { to: 'completed', cause: 'on target for 12 s' })
  t.same(end('partial', 'stopped_by_person'), { to: 'partial', cause: 'stopped_by_person' })
  t.same(end('missed', 'off_target'), { to: 'missed', cause: 'off_target' })
  t.same(end('failed', 'driver_failed'), { to: 'failed_station', cause: 'driver_failed' })
  for (const from of AWAITING_RECEIPT)
    for (const outcome of ['completed', 'partial', 'missed', 'failed'] as const)
      t.ok(TRANSITIONS[from].includes(end(outcome).to), `${from} -> ${outcome}`)
})

t.test(
  'A refused plan ends the contact when it would be refused again, and is tried again otherwise',
  async (t) => {
    for (const code of ['out_of_limits', 'keep_out', 'rate_exceeded']) t.equal(refusalOf(code), 'end', code)
    for (const code of ['plan_store_full', 'clock_untrusted', 'safe_hold', 'signature_invalid', null])
      t.equal(refusalOf(code), 'retry', String(code))
    for (const code of ['replayed', 'out_of_sequence']) t.equal(refusalOf(code), 'nothing', code)
  },
)

t.test('What a held plan proves is a step of the table', async (t) => {
  for (const phase of PLAN_PHASES) {
    const { to, from } = proofOf(phase)
    for (const state of from) t.ok(TRANSITIONS[state].includes(to), `${state} -> ${to}`)
  }
})
