/**
 * Health: what was collected, raw, and what to make of it (H1).
 * @module
 */
import { z } from 'zod'
import { isoTime } from './common.js'

/** H3, the best first. */
export const HEALTH_LEVELS = ['ok', 'note', 'warning', 'critical'] as const
export const healthLevelSchema = z.enum(HEALTH_LEVELS)
export type HealthLevel = z.infer<typeof healthLevelSchema>

/** The worst of them; `ok` of none. */
export const worstLevel = (levels: readonly HealthLevel[]): HealthLevel =>
  HEALTH_LEVELS[Math.max(0, ...levels.map((level) => HEALTH_LEVELS.indexOf(level)))] ?? 'ok'

export const healthFindingSchema = z.strictObject({
  check: z.string(),
  level: healthLevelSchema,
  /** What was seen, with its numbers. */
  found: z.string(),
  /** What to do; empty when there is nothing to do. */
  mend: z.string(),
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
  certificates: stationCertificateCounts,
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
