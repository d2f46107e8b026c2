import t from 'tap'
import { emptyRecord, observe, passRecordSchema, receiptOf } from '../../agent/pass-record.js'
import { type Plan, receiptSchema } from '../../shared/messages.js'
import { makePlan } from '../support/agent-bench.js'

const HASH = 'a'.repeat(64)
const BEAM = 20
const wanted = { az: 180, el: 45 }

/** Sees `plan` each `everyMs` from AOS to LOS, off by what `errorAt` says; null is unreadable. */
function watch(plan: Plan, everyMs: number, errorAt: (s: number) => number | null, isLinked = true) {
  const aos = Date.parse(plan.aos)
  let record = emptyRecord(plan.contactId, HASH)
  for (let t = aos - 2000; t <= Date.parse(plan.los) + 2000; t += everyMs) {
    const error = errorAt((t - aos) / 1000)
    const measured = error === null ? null : { az: wanted.az, el: wanted.el + error }
    record = observe(record, plan, BEAM, { wallMs: t, wanted, measured, isLinked })
  }
  return { record, receipt: receiptOf(record, plan, 1, Date.parse(plan.los)) }
}

const minute = () => makePlan({ inS: 60, lengthS: 60, az: () => 180, el: () => 45 })

t.test('a pass on target for nine tenths is completed, less is partial, nothing is failed', (t) => {
  t.match(watch(minute(), 250, () => 0).receipt, {
    outcome: 'completed',
    code: null,
    onTargetS: 60,
    maxErrDeg: 0,
  })
  t.match(watch(minute(), 250, (s) => (s < 5.5 ? 30 : 1)).receipt, { outcome: 'completed', rmsErrDeg: /./ })
  t.match(watch(minute(), 250, (s) => (s < 10 ? 30 : 1)).receipt, { outcome: 'partial', code: 'off_target' })
  t.match(watch(minute(), 250, () => 10.1).receipt, { outcome: 'failed', code: 'off_target', onTargetS: 0 })
  t.match(
    watch(minute(), 250, () => 9.9).receipt,
    { outcome: 'completed' },
    'half the beam width is on target',
  )
  t.end()
})

t.test('what could not be read is neither on target nor tracked', (t) => {
  const { receipt } = watch(minute(), 250, (s) => (s > 20 && s <= 40 ? null : 0))
  t.match(receipt, { outcome: 'partial', trackedS: 40, onTargetS: 40 })
  t.match(watch(minute(), 250, () => null).receipt, { outcome: 'failed', rmsErrDeg: null, maxErrDeg: null })
  t.end()
})

t.test('a gap counts for a second, not for what it hides', (t) => {
  const { receipt } = watch(minute(), 10_000, () => 0)
  t.ok(receipt.trackedS <= 8, `${receipt.trackedS}`)
  t.end()
})

t.test('seconds without a link are counted apart', (t) => {
  t.equal(watch(minute(), 250, () => 0, false).receipt.autonomyS, 60)
  t.end()
})

t.test('a pass that nobody saw is missed; one that was prevented failed with the reason', (t) => {
  const plan = minute()
  const empty = emptyRecord(plan.contactId, HASH)
  t.match(receiptOf(empty, plan, 1, 0), { outcome: 'missed', code: 'agent_not_running', startedAt: null })
  t.match(receiptOf({ ...empty, code: 'safe_hold' }, plan, 1, 0), { outcome: 'failed', code: 'safe_hold' })
  t.end()
})

t.test('a receipt fits its schema however long the pass, and the record survives the disk', (t) => {
  const plan = makePlan({ inS: 60, lengthS: 2400, az: () => 180, el: () => 45 })
  const { record, receipt } = watch(plan, 250, (s) => s % 7)
  receiptSchema.parse(receipt)
  t.ok(receipt.samples.length > 500 && receipt.samples.length <= 600, `${receipt.samples.length}`)
  t.ok(JSON.stringify(receipt).length < 60_000, 'within a packet')
  t.same(passRecordSchema.parse(JSON.parse(JSON.stringify(record))), record)
  t.end()
})
