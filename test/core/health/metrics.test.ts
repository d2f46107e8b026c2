import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { Measured } from '../../../core/health/metric-row.js'
import { METRICS } from '../../../core/health/metric-table.js'
import { MetricsPage } from '../../../core/health/metrics.js'
import { THRESHOLDS, variableOf } from '../../../core/health/thresholds.js'
import { brokerMetrics, CERTIFICATES, latency, PROCESS, ROUND } from './samples.js'

const measured = (broker = brokerMetrics()): Measured => ({
  ...{ broker, process: PROCESS, version: '1.2.3', loopDelay: { p50Ms: 1, p99Ms: 20, maxMs: 250 } },
  certificates: CERTIFICATES,
  health: ROUND,
})

/** The value of a sample as it stands on the page. */
const valueIn = (text: string, sample: string): number | undefined => {
  const line = text.split('\n').find((line) => line.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.slice(sample.length))
}

t.test('a scrape shows what the broker has counted, in the text format of Prometheus', async (t) => {
  let measurements = 0
  const page = new MetricsPage(() => {
    measurements++
    return measured(
      brokerMetrics(
        (counters) => {
          counters.messagesIn.telemetry = 1000 * measurements
          counters.refuse('connect', 'bad_credentials')
          counters.dropped.slow_reader = 3
        },
        {
          connections: { ...brokerMetrics().connections, user: { tcp: 0, tls: 0, websocket: 4 } },
          latency: latency({ 0.001: 10, 0.005: 4, Infinity: 1 }),
        },
      ),
    )
  })
  t.match(page.contentType, /^text\/plain; version=0\.0\.4/)
  for (const round of [1, 2]) {
    const text = await page.text()
    t.equal(measurements, round, 'measured once for each page')
    const value = (sample: string) => valueIn(text, sample)
    t.equal(value('talos_broker_messages_received_total{kind="telemetry"}'), 1000 * round)
    t.equal(value('talos_broker_messages_received_total{kind="ack"}'), 0)
    t.equal(value('talos_broker_connections{kind="user",transport="websocket"}'), 4)
    t.equal(value('talos_broker_connects_refused_total{reason="bad_credentials"}'), 1)
    t.equal(value('talos_broker_messages_dropped_total{reason="slow_reader"}'), 3)
    t.equal(value('talos_broker_message_seconds_bucket{le="0.0005"}'), 0)
    t.equal(value('talos_broker_message_seconds_bucket{le="0.001"}'), 10, 'buckets are cumulative')
    t.equal(value('talos_broker_message_seconds_bucket{le="1"}'), 14)
    t.equal(value('talos_broker_message_seconds_bucket{le="+Inf"}'), 15)
    t.equal(value('talos_broker_message_seconds_count'), 15)
    t.equal(value('talos_event_loop_delay_seconds{quantile="0.99"}'), 0.02)
    t.equal(value('talos_build_info{version="1.2.3"}'), 1)
    t.equal(value('talos_station_certificates{state="good"}'), 3)
    t.equal(value('talos_station_certificates{state="expired"}'), 0)
  }
})

t.test('names follow the conventions of Prometheus, and no label can grow with the fleet', async (t) => {
  const bounded = new Set([
    'kind',
    'transport',
    'reason',
    'code',
    'limit',
    'quantile',
    'version',
    'state',
    'collector',
    'level',
  ])
  for (const row of METRICS) {
    t.match(row.name, /^(talos|process|nodejs)_[a-z_]+$/)
    t.equal(row.name.endsWith('_total'), row.type === 'counter', row.name)
    if (row.type === 'histogram') continue
    for (const label of row.labels) t.ok(bounded.has(label), `${row.name}{${label}}`)
    for (const [labels] of row.samples(measured()))
      t.same(Object.keys(labels).sort(), [...row.labels].sort(), row.name)
  }
  t.equal(new Set(METRICS.map(({ name }) => name)).size, METRICS.length)
})

t.test('the page is measured anew after a measurement that failed', async (t) => {
  let isBroken = true
  const page = new MetricsPage(() => {
    if (isBroken) throw new Error('not now')
    return measured()
  })
  await t.rejects(page.text(), /not now/)
  isBroken = false
  t.match(await page.text(), /talos_build_info/)
})

/** Rows of the tables of `docs/operate.md` whose first cell begins so. */
const rowsOf = (begins: RegExp): string[][] =>
  readFileSync(path.resolve(import.meta.dirname, '../../../..', 'docs/operate.md'), 'utf8')
    .split('\n')
    .filter((line) => begins.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )

t.test(
  'docs/operate.md has every metric with its type, its labels and what it is, and no other',
  async (t) => {
    const known = METRICS.map((row) => [
      row.name,
      row.type,
      row.type === 'histogram' ? '' : row.labels.join(', '),
      row.help,
    ])
    t.same(rowsOf(/^\| `(talos|process|nodejs)_/), known)
  },
)

t.test('H2: docs/operate.md has every threshold with its default, and no other', async (t) => {
  const known = Object.entries(THRESHOLDS).map(([name, { warning, critical, means }]) => [
    variableOf(name as keyof typeof THRESHOLDS),
    `${warning},${critical}`,
    means,
  ])
  t.same(rowsOf(/^\| `TALOS_HEALTH_/), known)
})
