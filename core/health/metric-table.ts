/**
 * What `GET /metrics` says, one row for each metric; `docs/operate.md` has the same table, and a test holds the two
 * equal. Labels are kinds, codes and reasons of our own making: no metric grows with the fleet.
 * @module
 */
import { LATENCY_BOUNDS_S } from '../../broker/latency.js'
import type { BrokerMetrics } from '../../broker/metrics.js'
import type { Measured, MetricRow, NumberRow } from './metric-row.js'
import { ROUND_METRICS } from './round-metrics.js'

type Numbers = Readonly<Partial<Record<string, number>>>

const row =
  (type: NumberRow['type'], labels: readonly string[] = []) =>
  (name: string, help: string, samples: NumberRow['samples']): NumberRow => ({
    name,
    help,
    type,
    labels,
    samples,
  })

/** A single number. */
const one = (type: NumberRow['type'], name: string, help: string, read: (m: Measured) => number) =>
  row(type)(name, help, (m) => [[{}, read(m)]])

/** A number for each key. */
const by = (
  type: NumberRow['type'],
  label: string,
  name: string,
  help: string,
  read: (broker: BrokerMetrics) => Numbers,
) =>
  row(type, [label])(name, help, ({ broker }) =>
    Object.entries(read(broker)).map(([key, n = 0]) => [{ [label]: key }, n]),
  )

export const METRICS: readonly MetricRow[] = [
  row('gauge', ['kind', 'transport'])(
    'talos_broker_connections',
    'Clients that are connected: stations, pages of people, services',
    ({ broker }) =>
      Object.entries(broker.connections).flatMap(([kind, transports]) =>
        Object.entries(transports).map(([transport, n]) => [{ kind, transport }, n] as const),
      ),
  ),
  one('gauge', 'talos_broker_pending_connections', 'Sockets that wait to be let in', (m) => m.broker.pending),
  by(
    'counter',
    'kind',
    'talos_broker_connects_accepted_total',
    'CONNECTs that were let in',
    (b) => b.counts.connectsAccepted,
  ),
  by(
    'counter',
    'reason',
    'talos_broker_connects_refused_total',
    'CONNECTs that were refused',
    (b) => b.counts.refused.connect,
  ),
  one(
    'counter',
    'talos_broker_connects_abandoned_total',
    'Sockets whose peer went away before its CONNECT',
    (m) => m.broker.counts.connectsAbandoned,
  ),
  by('counter', 'reason', 'talos_broker_disconnects_total', 'Connections that ended', (b) => b.counts.ended),
  by(
    'counter',
    'code',
    'talos_broker_publishes_refused_total',
    'Publishes without the right to them, or over the rate',
    (b) => b.counts.refused.publish,
  ),
  by(
    'counter',
    'code',
    'talos_broker_subscribes_refused_total',
    'Subscriptions that were refused',
    (b) => b.counts.refused.subscribe,
  ),
  by(
    'counter',
    'code',
    'talos_broker_packets_refused_total',
    'Messages that break their schema, packets that are too large or broken',
    (b) => b.counts.refused.message,
  ),
  by(
    'counter',
    'kind',
    'talos_broker_messages_received_total',
    'Messages of clients that were taken',
    (b) => b.counts.messagesIn,
  ),
  by(
    'counter',
    'kind',
    'talos_broker_messages_sent_total',
    'Messages handed to readers, one for each reader',
    (b) => b.counts.messagesOut,
  ),
  by(
    'counter',
    'reason',
    'talos_broker_messages_dropped_total',
    'Messages that did not reach a reader',
    (b) => b.counts.dropped,
  ),
  by(
    'counter',
    'limit',
    'talos_broker_limited_total',
    'How often each limit has bitten',
    (b) => b.counts.limited,
  ),
  one(
    'counter',
    'talos_broker_received_bytes_total',
    'Bytes from clients that were let in, as their sockets count them',
    (m) => m.broker.bytes.received,
  ),
  one(
    'counter',
    'talos_broker_sent_bytes_total',
    'Bytes to clients that were let in',
    (m) => m.broker.bytes.sent,
  ),
  one('gauge', 'talos_broker_backlog_bytes', 'Bytes that wait for readers', (m) => m.broker.backlog.bytes),
  one(
    'gauge',
    'talos_broker_backlog_worst_bytes',
    'Bytes that wait for the reader that is furthest behind',
    (m) => m.broker.backlog.worst[0]?.bytes ?? 0,
  ),
  one(
    'gauge',
    'talos_broker_slow_readers',
    'Readers that miss telemetry because they are behind',
    (m) => m.broker.backlog.slowReaders,
  ),
  one('gauge', 'talos_broker_retained_messages', 'Retained messages', (m) => m.broker.retained),
  one(
    'gauge',
    'talos_broker_retained_bytes',
    'Bytes of the retained messages',
    (m) => m.broker.retainedBytes,
  ),
  {
    name: 'talos_broker_message_seconds',
    help: 'From reading a message to handing it to its readers; one read of sixteen is measured',
    type: 'histogram',
    bounds: LATENCY_BOUNDS_S,
    counts: ({ broker }) => broker.latency,
  },
  row('gauge', ['quantile'])(
    'talos_event_loop_delay_seconds',
    'How late the event loop was in the last 15 s; quantile 1 is the most',
    ({ loopDelay: delay }) =>
      delay === null
        ? []
        : [
            [{ quantile: '0.5' }, delay.p50Ms / 1000],
            [{ quantile: '0.99' }, delay.p99Ms / 1000],
            [{ quantile: '1' }, delay.maxMs / 1000],
          ],
  ),
  one('gauge', 'process_resident_memory_bytes', 'Memory of the process', (m) => m.process.rssBytes),
  one('gauge', 'nodejs_heap_size_used_bytes', 'Memory of JavaScript objects', (m) => m.process.heapBytes),
  one('counter', 'process_cpu_seconds_total', 'CPU time of the process', (m) => m.process.cpuS),
  one('gauge', 'talos_process_uptime_seconds', 'Since core was started', (m) => m.process.upS),
  row('gauge', ['state'])(
    'talos_station_certificates',
    'Stations by their newest certificate: good, late (less than 7 days left), expired',
    ({ certificates }) => Object.entries(certificates).map(([state, n]) => [{ state }, n] as const),
  ),
  ...ROUND_METRICS,
  row('gauge', ['version'])('talos_build_info', 'Always 1', ({ version }) => [[{ version }, 1]]),
]
