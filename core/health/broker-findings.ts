/**
 * What to make of the broker's numbers, and what to do about each (H1, H3). Pure.
 * @module
 */
import type { BrokerState, BrokerWindow, HealthFinding } from '../../shared/api/health.js'
import { adviceOn } from './broker-advice.js'
import { judgeBy, ms, plural, size } from './judging.js'
import { memoryPercent } from './load.js'
import { MIN_MEASURED, type ThresholdName, type Thresholds } from './thresholds.js'

type Numbers = Readonly<Record<string, number>>

const sum = (numbers: Numbers = {}): number => Object.values(numbers).reduce((all, n) => all + n, 0)

/** `30 bad_credentials, 2 timeout`: what came up, the most frequent first. */
const listed = (numbers: Numbers): string =>
  Object.entries(numbers)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${n} ${name}`)
    .join(', ')

/** The name with the highest count. */
const mostOf = (numbers: Numbers): string =>
  Object.entries(numbers).reduce((most, entry) => (entry[1] > most[1] ? entry : most), ['', 0])[0]

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole)
export function judgeBroker(
  state: BrokerState,
  recent: BrokerWindow,
  thresholds: Thresholds,
): HealthFinding[] {
  const judge = judgeBy(thresholds)
  const judged: Judged = (name, value, check, found, mend) => judge(name, value, { check, found, mend })
  const { limits, process, backlog } = state
  const limit = (name: string): number => limits[name] ?? 0
  const minutes = Math.max(1, Math.round(recent.windowS / 60))
  const since = minutes === 1 ? 'in the last minute' : `in the last ${minutes} minutes`
  /** Counted, and named by reason. */
  const counted = (name: ThresholdName, check: string, what: string, reasons: Numbers): HealthFinding => {
    const n = sum(reasons)
    const found = n === 0 ? `none ${since}` : `${n} ${since}: ${listed(reasons)}`
    return judged(name, n, check, found, adviceOn(what, mostOf(reasons)))
  }

  const kinds = [
    plural(sum(state.connections['station']), 'station'),
    plural(sum(state.connections['user']), 'page of a person', 'pages of people'),
    plural(sum(state.connections['service']), 'service'),
  ].join(', ')
  const clients = Object.values(state.connections).reduce((n, byTransport) => n + sum(byTransport), 0)
  const { publish = {}, subscribe = {}, connect = {}, message = {} } = recent.refused
  const rights = { publish_denied: publish['publish_denied'] ?? 0, ...subscribe }
  const { over_rate: overRate = 0, slow_reader: slowDrops = 0 } = recent.dropped
  const slowCut = recent.ended['slow_reader'] ?? 0
  const [worst] = backlog.worst
  return [
    judged(
      'brokerConnectionsPercent',
      percent(clients, limit('connections')),
      'Clients',
      `${kinds}; ${clients} of ${limit('connections')} places taken`,
      adviceOn('limit', 'connections'),
    ),
    judged(
      'brokerPendingPercent',
      percent(state.pending, limit('pending')),
      'At the door',
      `${state.pending} of ${limit('pending')} wait to be let in`,
      adviceOn('limit', 'pending'),
    ),
    counted('brokerConnectsRefused', 'CONNECTs refused', 'connect', connect),
    counted('brokerRightsRefused', 'Rights refused', 'rights', rights),
    counted('brokerMessagesRefused', 'Messages refused', 'message', message),
    judged(
      'brokerOverRate',
      overRate,
      'Over rate',
      overRate === 0 ? `none ${since}` : `${plural(overRate, 'message')} of stations dropped ${since}`,
      adviceOn('limit', 'messages'),
    ),
    judged(
      'brokerSlowReaders',
      backlog.slowReaders,
      'Slow readers',
      worst === undefined
        ? 'nobody is behind'
        : `${backlog.slowReaders} miss telemetry; ${size(backlog.bytes)} wait for all, ${size(worst.bytes)} of it for ${worst.kind} ${worst.id}`,
      adviceOn('slow', 'reader'),
    ),
    judged(
      'brokerSlowDrops',
      slowDrops,
      'Missed by slow readers',
      slowDrops === 0 ? `nothing ${since}` : `${plural(slowDrops, 'message')} ${since}`,
      adviceOn('slow', 'reader'),
    ),
    judged(
      'brokerSlowCut',
      slowCut,
      'Slow readers cut',
      slowCut === 0 ? `none ${since}` : `${slowCut} ${since}`,
      adviceOn('slow', 'cut'),
    ),
    judged(
      'brokerRetainedPercent',
      Math.max(
        percent(state.retained, limit('retained')),
        percent(state.retainedBytes, limit('retainedBytes')),
      ),
      'Retained messages',
      `${state.retained} of ${limit('retained')}; ${size(state.retainedBytes)} of ${size(limit('retainedBytes'))}`,
      adviceOn('limit', 'retained'),
    ),
    latency(recent, judged),
    recent.loopDelay === null
      ? {
          check: 'Event loop',
          level: 'ok',
          found: 'not measured yet: the process is younger than 15 s',
          mend: '',
        }
      : judged(
          'loopDelayMs',
          recent.loopDelay.p99Ms,
          'Event loop',
          `late by ${ms(recent.loopDelay.p99Ms)} at p99 of the worst 15 s, ${ms(recent.loopDelay.maxMs)} at most, ${since}`,
          adviceOn('process', 'loop'),
        ),
    judged(
      'memoryPercent',
      memoryPercent(process),
      'Memory',
      `${size(process.rssBytes)} of ${size(process.memoryBytes)}; JavaScript ${size(process.heapBytes)} of ${size(process.heapLimitBytes)}`,
      adviceOn('process', 'memory'),
    ),
  ]
}

type Judged = (
  name: ThresholdName,
  value: number,
  check: string,
  found: string,
  mend: string,
) => HealthFinding

/** H11: few measurements are shown and not judged. */
function latency({ latency: { measured, p99Ms }, messagesOut }: BrokerWindow, judged: Judged): HealthFinding {
  const check = 'Time in the broker'
  const handed = `${plural(sum(messagesOut), 'message')} handed on`
  if (measured < MIN_MEASURED)
    return { check, level: 'ok', found: `${handed}; too few were measured (${measured})`, mend: '' }
  const took = p99Ms === null ? 'more than a second' : `at most ${ms(p99Ms)}`
  const found = `${took} at p99, of ${measured} measured; ${handed}`
  return judged(
    'brokerLatencyMs',
    p99Ms ?? Number.POSITIVE_INFINITY,
    check,
    found,
    adviceOn('process', 'loop'),
  )
}
