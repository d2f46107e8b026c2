import t from 'tap'
import type { Counters } from '../../../broker/counters.js'
import type { BrokerMetrics } from '../../../broker/metrics.js'
import { brokerState, brokerWindow } from '../../../core/health/broker-collector.js'
import { judgeBroker } from '../../../core/health/broker-findings.js'
import type { LoopDelaySlice } from '../../../core/health/loop-delay.js'
import type { ProcessStats } from '../../../core/health/process-stats.js'
import { readThresholds } from '../../../core/health/thresholds.js'
import { brokerMetrics, latency, PROCESS } from './samples.js'

const thresholds = readThresholds({}, () => undefined)

interface Given {
  readonly count?: (counters: Counters) => void
  readonly metrics?: Partial<BrokerMetrics>
  readonly process?: Partial<ProcessStats>
  readonly loopDelay?: LoopDelaySlice
}

/** What is found, by check; everything that is given happened in the last five minutes. */
function findings(given: Given = {}) {
  const { count, metrics, process, loopDelay = { p50Ms: 0, p99Ms: 2, maxMs: 9 } } = given
  const all = brokerMetrics(count, metrics)
  const state = brokerState(all, { ...PROCESS, ...process }, [])
  const recent = brokerWindow({ ...all, windowS: 300, loopDelay: [loopDelay] })
  return Object.fromEntries(judgeBroker(state, recent, thresholds).map((finding) => [finding.check, finding]))
}

t.test('a quiet broker is fine, and every check says what it saw', async (t) => {
  for (const { check, level, found, mend } of Object.values(findings())) {
    t.equal(level, 'ok', check)
    t.ok(found.length > 3, `${check}: ${found}`)
    t.equal(mend, '', `${check}: nothing to do`)
  }
})

t.test('H3: each trouble has its level, its numbers and what to do', async (t) => {
  const cases: [Given, string, string, RegExp, RegExp][] = [
    [
      {
        count: (c) => {
          for (let i = 0; i < 40; i++) c.refuse('connect', 'bad_credentials')
          for (let i = 0; i < 3; i++) c.refuse('connect', 'timeout')
        },
      },
      'CONNECTs refused',
      'warning',
      /^43 in the last 5 minutes: 40 bad_credentials, 3 timeout$/,
      /Wrong or dead keys.*talos audit/,
    ],
    [
      { count: (c) => c.refuse('publish', 'publish_denied') },
      'Rights refused',
      'warning',
      /^1 in the last 5 minutes: 1 publish_denied/,
      /may not.*Revoke/,
    ],
    [
      {
        count: (c) => {
          for (let i = 0; i < 100; i++) c.refuse('message', 'malformed')
        },
      },
      'Messages refused',
      'critical',
      /^100 .*malformed/,
      /Update/,
    ],
    [
      {
        count: (c) => {
          c.dropped.over_rate = 1
        },
      },
      'Over rate',
      'warning',
      /^1 message of stations dropped/,
      /too much/,
    ],
    [
      {
        metrics: {
          backlog: {
            ...{ bytes: 300_000, slowReaders: 1 },
            worst: [
              { kind: 'user', id: 'user-aaaa-0001', org: 'acme', transport: 'websocket', bytes: 200_000 },
            ],
          },
        },
      },
      'Slow readers',
      'warning',
      /^1 miss telemetry; 293 KiB wait for all, 195 KiB of it for user user-aaaa-0001$/,
      /slow/,
    ],
    [
      {
        count: (c) => {
          c.dropped.slow_reader = 10_000
        },
      },
      'Missed by slow readers',
      'critical',
      /^10000 messages/,
      /slow/,
    ],
    [
      {
        count: (c) => {
          c.ended.slow_reader = 2
        },
      },
      'Slow readers cut',
      'warning',
      /^2 in the last/,
      /network/,
    ],
    [{ metrics: { pending: 950 } }, 'At the door', 'critical', /^950 of 1000/, /storm/],
    [
      { metrics: { retainedBytes: 250 * 2 ** 20 } },
      'Retained messages',
      'critical',
      /250 MiB of 256 MiB$/,
      /raise/,
    ],
    [{ metrics: { retained: 50_000 } }, 'Retained messages', 'warning', /^50000 of 60000/, /Remove/],
    [
      { metrics: { latency: latency({ 0.001: 50, 0.25: 50 }) } },
      'Time in the broker',
      'critical',
      /^at most 250 ms at p99, of 100 measured/,
      /busy/,
    ],
    [
      { metrics: { latency: latency({ Infinity: 50 }) } },
      'Time in the broker',
      'critical',
      /^more than a second/,
      /busy/,
    ],
    [
      { loopDelay: { p50Ms: 1, p99Ms: 150, maxMs: 900 } },
      'Event loop',
      'warning',
      /^late by 150 ms at p99 of the worst 15 s, 900 ms at most/,
      /busy/,
    ],
    [{ process: { rssBytes: 3800 * 2 ** 20 } }, 'Memory', 'critical', /^3800 MiB of 4096 MiB/, /memory/],
    [{ process: { heapBytes: 1700 * 2 ** 20 } }, 'Memory', 'warning', /1700 MiB of 2048 MiB/, /memory/],
    [
      {
        metrics: {
          connections: { ...brokerMetrics().connections, station: { tcp: 0, tls: 14_400, websocket: 0 } },
        },
      },
      'Clients',
      'critical',
      /^14400 stations, 0 pages of people, 0 services; 14400 of 15000/,
      /core/,
    ],
  ]
  for (const [given, check, level, found, mend] of cases) {
    const all = findings(given)
    t.match(all[check], { level, found, mend })
    const others = Object.values(all).filter((f) => f.check !== check)
    t.ok(
      others.every((f) => f.level === 'ok'),
      `${check} alone`,
    )
  }
})

t.test('H11: of few measurements nothing is made', async (t) => {
  t.match(findings({ metrics: { latency: latency({ 1: 19 }) } })['Time in the broker'], {
    level: 'ok',
    found: /too few were measured \(19\)/,
  })
  const recent = brokerWindow({ ...brokerMetrics(), windowS: 3, loopDelay: [] })
  const young = judgeBroker(brokerState(brokerMetrics(), PROCESS, []), recent, thresholds)
  t.match(
    young.find(({ check }) => check === 'Event loop'),
    { level: 'ok', found: /younger/ },
  )
  t.match(
    young.find(({ check }) => check === 'Over rate'),
    { found: 'none in the last minute' },
  )
})

t.test('every code with which the broker refuses has advice of its own, or says where to look', async (t) => {
  for (const code of ['bad_credentials', 'no_room', 'internal'] as const) {
    const count = (c: Counters) => {
      for (let i = 0; i < 30; i++) c.refuse('connect', code)
    }
    t.match(findings({ count })['CONNECTs refused']?.mend, /\.$/, code)
  }
})
