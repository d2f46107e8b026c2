/**
 * From which number on something is wrong, all in one place (H2). Each can be set:
 * `TALOS_HEALTH_BROKER_PENDING_PERCENT=50,90`. Whether more or less is worse follows from the order of the two.
 * @module
 */
import type { HealthLevel } from '../../shared/api/health.js'

export interface Threshold {
  readonly warning: number
  readonly critical: number
  /** For the table in `docs/operate.md`. */
  readonly means: string
}

const of = (warning: number, critical: number, means: string): Threshold => ({ warning, critical, means })

/** Counts are those of the last five minutes. */
export const THRESHOLDS = {
  brokerConnectionsPercent: of(80, 95, 'clients, of the limit'),
  brokerPendingPercent: of(50, 90, 'sockets that wait to be let in, of the limit'),
  brokerRetainedPercent: of(80, 95, 'retained messages or their bytes, of the limit'),
  // An agent with a dead key tries about ten times in five minutes.
  brokerConnectsRefused: of(30, 1000, 'CONNECTs refused'),
  // Nothing of ours asks for what it may not have, so one is one too many.
  brokerRightsRefused: of(1, 100, 'publishes and subscriptions refused'),
  brokerMessagesRefused: of(1, 100, 'messages and packets refused: schema, size, protocol'),
  brokerOverRate: of(1, 1000, 'messages of stations over their rate'),
  brokerSlowReaders: of(1, 20, 'readers for whom too much waits, now'),
  brokerSlowDrops: of(1, 10_000, 'messages that slow readers missed'),
  brokerSlowCut: of(1, 20, 'readers cut because they did not read'),
  brokerLatencyMs: of(20, 200, 'time inside the broker, p99'),
  // A command lives 5 s; a tenth of a second is seen at the screen.
  loopDelayMs: of(100, 500, 'delay of the event loop, p99 of the worst 15 s'),
  memoryPercent: of(75, 90, 'memory of the process, of what there is'),
  // E7: a roster of stations is known to whoever issues it; a thief's is not.
  enrollmentIssuedHourly: of(50, 500, 'enrollment tokens that one person has issued in an hour'),
  // H14.
  certificateDays: of(30, 7, 'days until a certificate expires'),
  stationCertificatesLate: of(1, 20, 'stations whose certificate has expired, or does in 7 days'),
  stationKeysLate: of(1, 20, 'stations that should have renewed their key more than 14 days ago'),
  databaseLatencyMs: of(
    100,
    1000,
    'time of the smallest question to the database, the worst of five minutes',
  ),
  databaseConnectionsPercent: of(80, 95, 'connections of the database, of its limit'),
  diskFreePercent: of(15, 5, 'room on the disk of the data directory'),
  // A reboot takes a minute or two.
  stationSilentMinutes: of(5, 60, 'minutes since a station was heard'),
  // At 100 a satellite is at the edge of the beam.
  stationErrorPercent: of(50, 100, 'error of a station while it follows, of half its beam width'),
  stationClockMs: of(1000, 4000, 'error of the clock of a station'),
  stationDiskMib: of(500, 100, 'room on the disk of a station, MiB'),
  // A Raspberry Pi slows down from 80 on, and at 85 in earnest.
  stationTemperatureC: of(75, 85, 'temperature of the processor of a station, degrees Celsius'),
  stationContactHours: of(
    24,
    72,
    'hours since a contact of a station went well, when three or more went wrong since',
  ),
  // D5: at 14 days elements of low orbits are refused.
  elementsAgeDays: of(3, 14, 'age of the oldest elements of a satellite that is to be followed'),
  scheduleAgeMinutes: of(15, 60, 'minutes since the director made the last schedule'),
  scheduleGapPercent: of(5, 20, 'what the schedule may be worth less than the best one'),
  plansLate: of(1, 5, 'contacts that begin in less than five minutes and whose station has no plan for them'),
} as const satisfies Record<string, Threshold>

export type ThresholdName = keyof typeof THRESHOLDS
export type Thresholds = Readonly<Record<ThresholdName, Pick<Threshold, 'warning' | 'critical'>>>

export const THRESHOLD_NAMES = Object.keys(THRESHOLDS) as ThresholdName[]

/** H11: a percentile of fewer measurements says nothing. */
export const MIN_MEASURED = 20

/** H2: `warning < critical` means that more is worse. */
export function levelOf(
  value: number,
  { warning, critical }: Pick<Threshold, 'warning' | 'critical'>,
): HealthLevel {
  const reaches = (bound: number) => (warning < critical ? value >= bound : value <= bound)
  return reaches(critical) ? 'critical' : reaches(warning) ? 'warning' : 'ok'
}

const PREFIX = 'TALOS_HEALTH_'

/** `TALOS_HEALTH_BROKER_PENDING_PERCENT` */
export const variableOf = (name: ThresholdName): string =>
  `${PREFIX}${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const PAIR = /^([0-9]+(?:\.[0-9]+)?),([0-9]+(?:\.[0-9]+)?)$/

/** The thresholds with what the environment sets; what is wrong or misspelt is told to `complain`. */
export function readThresholds(
  environment: Readonly<Record<string, string | undefined>>,
  complain: (variable: string, detail: string) => void,
): Thresholds {
  const known = new Set(THRESHOLD_NAMES.map(variableOf))
  for (const variable of Object.keys(environment))
    if (variable.startsWith(PREFIX) && !known.has(variable)) complain(variable, 'is no threshold of health')
  const entries = THRESHOLD_NAMES.map((name) => {
    const { warning, critical } = THRESHOLDS[name]
    const text = environment[variableOf(name)]
    if (text === undefined || text === '') return [name, { warning, critical }] as const
    const [, first, second] = PAIR.exec(text) ?? []
    const given = { warning: Number(first), critical: Number(second) }
    const isMoreWorse = warning < critical
    const isMeant = isMoreWorse ? given.warning < given.critical : given.warning > given.critical
    if (!isMeant)
      complain(
        variableOf(name),
        `must be two numbers, warning and critical, such as ${warning},${critical}: ${isMoreWorse ? 'more' : 'less'} is worse`,
      )
    return [name, given] as const
  })
  return Object.freeze(Object.fromEntries(entries)) as Thresholds
}
