/**
 * Every number that bounds the broker (B21), in one place, each with its reason.
 * @module
 */
import { PACKET_BYTES, PLAN_BYTES } from '../shared/messages.js'
import type { PrincipalKind } from '../shared/principal.js'
import { MINUTE, SECOND } from '../shared/time.js'

export interface Limits {
  /** Time from the socket to a whole CONNECT, ms. */
  readonly connectMs: number
  /** Time that `authenticate` may take, ms; beyond it the answer is CONNACK 3. */
  readonly authenticateMs: number
  /** How long a refused socket may linger so that its CONNACK arrives, ms. */
  readonly lingerMs: number
  /** Largest CONNECT: 4 KiB hold a ticket, a will and room to spare (P12). */
  readonly connectBytes: number
  /** Largest packet of a station or a person (B21). */
  readonly packetBytes: number
  /** Largest packet of the director: a plan, its topic and the header. */
  readonly planPacketBytes: number
  /** Seconds; outside is refused, 0 (never) too (P17). */
  readonly keepaliveMinS: number
  readonly keepaliveMaxS: number
  readonly willBytes: number
  readonly connections: number
  readonly connectionsPerSession: number
  readonly connectionsPerService: number
  /** Sockets that may wait to be let in, over all and per address. */
  readonly pending: number
  readonly pendingPerAddress: number
  /** Filters that one connection may hold. */
  readonly subscriptions: Readonly<Record<PrincipalKind, number>>
  /** Messages a second and the burst of one station: telemetry at 4 Hz on three channels, with room. */
  readonly messagesPerSecond: number
  readonly messageBurst: number
  /** Packets of any kind a second; only a peer that floods comes near. */
  readonly packetsPerSecond: number
  readonly packetBurst: number
  /** SUBSCRIBE and UNSUBSCRIBE a second: each makes the broker send what is retained. */
  readonly subscribesPerSecond: number
  readonly subscribeBurst: number
  /** CONNECTs a minute of one station, session or service that are let in: two holders of one key must not spin. */
  readonly connectsPerMinute: number
  /** A reader with this backlog misses telemetry (P11). */
  readonly backlogDropBytes: number
  /** A reader with this backlog misses plans, which the director reconciles. */
  readonly backlogPlanBytes: number
  /** A reader with this backlog is cut. Above backlogPlanBytes + PLAN_BYTES, so that plans alone never cut a station. */
  readonly backlogKillBytes: number
  /** A reader that does not drain for so long is cut, ms (B21). Nobody waits for it meanwhile. */
  readonly drainMs: number
  /** Failures of one user name from one address, and of all names from one address, that lock it out. */
  readonly failures: number
  readonly failuresPerAddress: number
  /** The window in which failures count and how long the lock-out lasts, ms. */
  readonly failureWindowMs: number
  readonly lockoutMs: number
  /** Retained messages: `info` and `state` of so many stations, twice over. */
  readonly retained: number
  /** Refusals told to the audit trail a minute, of one source and of all. */
  readonly refusalsPerSource: number
  readonly refusalsPerMinute: number
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  connectMs: 10 * SECOND,
  authenticateMs: 10 * SECOND,
  lingerMs: SECOND,
  connectBytes: 4096,
  packetBytes: PACKET_BYTES,
  planPacketBytes: PLAN_BYTES + 512,
  keepaliveMinS: 10,
  keepaliveMaxS: 300,
  willBytes: 512,
  connections: 15_000,
  connectionsPerSession: 4,
  connectionsPerService: 4,
  pending: 1000,
  pendingPerAddress: 256,
  subscriptions: Object.freeze({ station: 16, user: 50, service: 50 }),
  messagesPerSecond: 20,
  messageBurst: 100,
  packetsPerSecond: 1000,
  packetBurst: 10_000,
  subscribesPerSecond: 5,
  subscribeBurst: 60,
  connectsPerMinute: 30,
  backlogDropBytes: 64 * 1024,
  // With drainMs, a link of 20 kB/s still takes what is queued for it.
  backlogPlanBytes: 256 * 1024,
  backlogKillBytes: 1024 * 1024,
  drainMs: 30 * SECOND,
  failures: 10,
  failuresPerAddress: 100,
  failureWindowMs: 5 * MINUTE,
  lockoutMs: 5 * MINUTE,
  retained: 60_000,
  refusalsPerSource: 5,
  refusalsPerMinute: 300,
})
