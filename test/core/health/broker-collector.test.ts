import t from 'tap'
import { brokerState, brokerWindow, percentileMs } from '../../../core/health/broker-collector.js'
import { brokerStateSchema, brokerWindowSchema } from '../../../shared/api/health.js'
import { brokerMetrics, latency, PROCESS } from './samples.js'

t.test('H1: what is collected is raw, and fits what the API promises', async (t) => {
  const metrics = brokerMetrics((counters) => {
    counters.refuse('connect', 'bad_credentials')
    counters.messagesIn.telemetry = 7
  })
  const state = brokerState(metrics, PROCESS, [{ transport: 'tcp', url: 'mqtt://127.0.0.1:1883' }])
  t.same(brokerStateSchema.parse(state), state)
  const slices = [
    { p50Ms: 0, p99Ms: 3, maxMs: 90 },
    { p50Ms: 0, p99Ms: 5, maxMs: 8 },
  ]
  const recent = brokerWindow({ ...metrics, windowS: 60, loopDelay: slices })
  t.same(brokerWindowSchema.parse(recent), recent)
  t.match(recent, {
    ...{ windowS: 60, refused: { connect: { bad_credentials: 1 } }, messagesIn: { telemetry: 7 } },
    ...{ loopDelay: { p99Ms: 5, maxMs: 90 }, latency: { measured: 0, p99Ms: null } },
  })
  t.equal(brokerWindow({ ...metrics, windowS: 0, loopDelay: [] }).loopDelay, null)
})

t.test('a percentile is the upper bound of the bucket that reaches it', async (t) => {
  t.equal(percentileMs(latency({}), 0.99), null)
  t.equal(percentileMs(latency({ 0.001: 99, 0.25: 1 }), 0.99), 1)
  t.equal(percentileMs(latency({ 0.001: 98, 0.25: 2 }), 0.99), 250)
  t.equal(percentileMs(latency({ 0.00005: 1, Infinity: 99 }), 0.99), null, 'beyond all buckets')
})
