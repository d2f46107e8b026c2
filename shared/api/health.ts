/**
 * Health: what was collected, raw, and what to make of it (H1).
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime, slugSchema } from './common.js'

/** H3, the best first. */
export const HEALTH_LEVELS = ['ok', 'note', 'warning', 'critical'] as const
export const healthLevelSchema = z.enum(HEALTH_LEVELS)
export type HealthLevel = z.infer<typeof healthLevelSchema>

/** The worst of them; `ok` of none. */
export const worstLevel = (levels: readonly HealthLevel[]): HealthLevel =>
  HEALTH_LEVELS[Math.max(0, ...levels.map((level) => HEALTH_LEVELS.indexOf(level)))] ?? 'ok'

/** What holds for the whole installation, and what for each organisation. */
export const SYSTEM_COLLECTORS = ['broker', 'database', 'enrollment', 'keys', 'disk'] as const
export const ORG_COLLECTORS = ['stations', 'director'] as const
export const HEALTH_COLLECTORS = [...SYSTEM_COLLECTORS, ...ORG_COLLECTORS] as const
export type SystemCollector = (typeof SYSTEM_COLLECTORS)[number]
export type OrgCollector = (typeof ORG_COLLECTORS)[number]
export type HealthCollector = (typeof HEALTH_COLLECTORS)[number]
export const healthCollectorSchema = z.enum(HEALTH_COLLECTORS)

export const healthFindingSchema = z.strictObject({
  check: z.string(),
  level: healthLevelSchema,
  /** What was seen, with its numbers. */
  found: z.string(),
  /** What to do; empty when there is nothing to do. */
  mend: z.string(),
  /** Which of many, such as a station; absent: the check is about all of it. */
  subject: z.strictObject({ id: z.string(), name: z.string() }).optional(),
  /** H2: by what it was judged, and the setting that changes it; absent: it is not judged by a number. */
  threshold: z
    .strictObject({ setting: z.string(), warning: z.number(), critical: z.number(), of: z.string() })
    .optional(),
  /** Since when it has been as bad, or worse; absent: it is well, or was seen only now. */
  since: isoTime.optional(),
})
export type HealthFinding = z.infer<typeof healthFindingSchema>

const count = z.int().min(0)
/** By kind, code or reason; what never came up may be absent. */
const counts = z.record(z.string(), count)

export const waitingReaderSchema = z.strictObject({
  kind: z.enum(['station', 'user', 'service']),
  id: z.string(),
  org: z.string().nullable(),
  transport: z.enum(['tcp', 'tls', 'websocket']),
  bytes: count,
})

/** What happened in the window that `windowS` names. */
export const brokerWindowSchema = z.strictObject({
  windowS: z.number().min(0),
  connectsAccepted: counts,
  connectsAbandoned: count,
  /** `connect`, `publish`, `subscribe`, `message`; each by code. */
  refused: z.record(z.string(), counts),
  ended: counts,
  messagesIn: counts,
  messagesOut: counts,
  dropped: counts,
  /** How often each limit has bitten. */
  limited: counts,
  latency: z.strictObject({
    measured: count,
    /** Upper bound of the bucket that holds the 99th of a hundred; null without measurements or beyond all buckets. */
    p99Ms: z.number().nullable(),
  }),
  /** The worst of the slices of which the window is made; null before the first is whole. */
  loopDelay: z.strictObject({ p99Ms: z.number(), maxMs: z.number() }).nullable(),
})
export type BrokerWindow = z.infer<typeof brokerWindowSchema>

export const listenerSchema = z.strictObject({
  transport: z.enum(['tcp', 'tls', 'websocket']),
  url: z.string(),
})
export type ListenerInfo = z.infer<typeof listenerSchema>

/** Stations by the newest of their certificates: `late` has less than 7 days left, and should have been renewed. */
export const stationCertificateCounts = z.strictObject({ good: count, late: count, expired: count })
export type StationCertificateCounts = z.infer<typeof stationCertificateCounts>

/** The broker as it stands. */
export const brokerStateSchema = z.strictObject({
  /** Where clients reach it. */
  listeners: z.array(listenerSchema),
  /** By kind, then by transport. */
  connections: z.record(z.string(), counts),
  pending: count,
  retained: count,
  retainedBytes: count,
  backlog: z.strictObject({ bytes: count, slowReaders: count, worst: z.array(waitingReaderSchema) }),
  bytes: z.strictObject({ received: count, sent: count }),
  limits: z.record(z.string(), z.number()),
  process: z.strictObject({
    upS: z.number(),
    rssBytes: count,
    /** What this machine, or the container, has. */
    memoryBytes: count,
    heapBytes: count,
    heapLimitBytes: count,
  }),
})
export type BrokerState = z.infer<typeof brokerStateSchema>

export const brokerHealthResponse = z.strictObject({
  collector: z.literal('broker'),
  at: isoTime,
  level: healthLevelSchema,
  findings: z.array(healthFindingSchema),
  state: brokerStateSchema,
  recent: brokerWindowSchema,
})
export type BrokerHealth = z.infer<typeof brokerHealthResponse>

/** E7: how stations are enrolled. */
export const enrollmentStateSchema = z.strictObject({
  /** Who has issued tokens in the last hour, those with the most first. */
  issuers: z.array(
    z.strictObject({ id: z.string(), email: z.string().nullable(), org: z.string(), issued: count }),
  ),
  /** Tokens that can be used. */
  active: count,
  /** Agents that wait for approval. */
  waiting: count,
})
export type EnrollmentState = z.infer<typeof enrollmentStateSchema>

export const enrollmentHealthResponse = z.strictObject({
  collector: z.literal('enrollment'),
  at: isoTime,
  level: healthLevelSchema,
  findings: z.array(healthFindingSchema),
  state: enrollmentStateSchema,
})
export type EnrollmentHealth = z.infer<typeof enrollmentHealthResponse>

/** The database, as one question after another sees it. */
export const databaseStateSchema = z.strictObject({
  version: z.string(),
  /** Of the smallest question, ms, this time and at the rounds of the last five minutes. */
  latencyMs: z.number(),
  worstLatencyMs: z.number(),
  measured: count,
  connections: count,
  maxConnections: count,
  sizeBytes: count,
  /** Of the largest tables with their indexes, bytes, the largest first. */
  tables: z.record(z.string(), count),
})
export type DatabaseState = z.infer<typeof databaseStateSchema>

const days = z.number()
export const keysStateSchema = z.strictObject({
  /** Of our own TLS; null: TLS ends elsewhere, or there is none. */
  tlsDaysLeft: days.nullable(),
  authorities: z.array(z.strictObject({ id: idSchema, daysLeft: days })),
  /** Days since it began to sign. */
  signingKeyAgeDays: days.nullable(),
  /** Days since the director's key was made, and hours since it was last used. */
  directorKeyAgeDays: days.nullable(),
  directorKeyUsedHours: z.number().nullable(),
  /** Stations whose key should have been renewed more than 14 days ago. */
  stationKeysLate: count,
  stationCertificates: stationCertificateCounts,
})
export type KeysState = z.infer<typeof keysStateSchema>

export const diskStateSchema = z.strictObject({
  path: z.string(),
  freeBytes: count,
  totalBytes: count,
})
export type DiskState = z.infer<typeof diskStateSchema>

/** A station in raw values; null: not known. */
export const stationHealthSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  inMaintenance: z.boolean(),
  online: z.boolean(),
  /** Seconds since it was heard last. */
  silentS: z.number().nullable(),
  state: z.string().nullable(),
  code: z.string().nullable(),
  driverUp: z.boolean().nullable(),
  /** Of the last minute in which it followed something, degrees; how many measurements those are. */
  medianErrorDeg: z.number().nullable(),
  maxErrorDeg: z.number().nullable(),
  errorMeasured: count,
  beamwidthDeg: z.number().nullable(),
  clockOffsetMs: z.number().nullable(),
  clockSource: z.string().nullable(),
  diskFreeMiB: z.number().nullable(),
  temperatureC: z.number().nullable(),
  /** Hours since the LOS of its last contact that went well, and how many went wrong since. */
  contactHours: z.number().nullable(),
  contactsFailed: count,
})
export type StationHealth = z.infer<typeof stationHealthSchema>
export const stationsStateSchema = z.strictObject({ stations: z.array(stationHealthSchema) })

/** What the director does for one organisation. */
export const directorStateSchema = z.strictObject({
  online: z.boolean(),
  campaigns: count,
  /** Satellites that are to be followed; of those with elements the age of the oldest; ids of those without. */
  satellites: count,
  oldestElementsDays: z.number().nullable(),
  oldestElementsOf: z.string().nullable(),
  withoutElements: z.array(z.string()),
  /** Minutes since the last schedule. */
  scheduleAgeMinutes: z.number().nullable(),
  value: z.number().nullable(),
  bound: z.number().nullable(),
  quotasUnmet: count,
  contactsComing: count,
  /** Contacts that begin within minutes at a station that is online and has no plan for them. */
  plansLate: count,
})
export type DirectorState = z.infer<typeof directorStateSchema>

const reportFields = {
  at: isoTime,
  level: healthLevelSchema,
  findings: z.array(healthFindingSchema),
}
/** What one collector found, judged. */
export const healthReportSchema = z.strictObject({
  collector: healthCollectorSchema,
  /** Null: of the whole installation. */
  org: slugSchema.nullable(),
  ...reportFields,
})
export type HealthReport = z.infer<typeof healthReportSchema>

/** H4: `GET health` and `GET orgs/:org/health`, of the last round. */
export const healthResponse = z.strictObject({
  /** Null: the first round has not ended yet. */
  at: isoTime.nullable(),
  level: healthLevelSchema,
  reports: z.array(healthReportSchema),
})
export type HealthOverview = z.infer<typeof healthResponse>

/** H4: `GET health/:collector`, collected now. */
export const systemHealthResponse = z.discriminatedUnion('collector', [
  brokerHealthResponse,
  enrollmentHealthResponse,
  z.strictObject({ collector: z.literal('database'), ...reportFields, state: databaseStateSchema }),
  z.strictObject({ collector: z.literal('keys'), ...reportFields, state: keysStateSchema }),
  z.strictObject({ collector: z.literal('disk'), ...reportFields, state: diskStateSchema }),
])
export type SystemHealth = z.infer<typeof systemHealthResponse>

/** `GET orgs/:org/health/:collector`, collected now. */
export const orgHealthResponse = z.discriminatedUnion('collector', [
  z.strictObject({ collector: z.literal('stations'), ...reportFields, state: stationsStateSchema }),
  z.strictObject({ collector: z.literal('director'), ...reportFields, state: directorStateSchema }),
])
export type OrgHealth = z.infer<typeof orgHealthResponse>

export const systemHealthParams = z.strictObject({ collector: z.enum(SYSTEM_COLLECTORS) })
export const orgHealthParams = z.strictObject({ org: slugSchema, collector: z.enum(ORG_COLLECTORS) })
