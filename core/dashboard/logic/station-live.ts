/**
 * What is known of one station right now: the record of core's database and what came over the bus, folded together.
 * @module
 */
import type { Station } from '../../../shared/api/fleet.js'
import type {
  HealthTelemetry,
  Info,
  RigTelemetry,
  RotTelemetry,
  StationState,
} from '../../../shared/messages.js'

/** A message and when this browser had it, epoch ms by core's clock. */
export interface Received<T> {
  readonly at: number
  readonly message: T
}

export interface StationLive {
  readonly state: Received<StationState> | null
  readonly rot: Received<RotTelemetry> | null
  readonly rig: Received<RigTelemetry> | null
  readonly health: Received<HealthTelemetry> | null
  readonly info: Received<Info> | null
}

export const NOTHING_LIVE: StationLive = { state: null, rot: null, rig: null, health: null, info: null }

/**
 * Takes the state of a record that came over HTTP, unless the bus has spoken since: the bus is the later witness. The
 * will of a lost station carries the time of its CONNECT, so times inside messages cannot order them.
 */
export function seedFromRecord(live: StationLive, record: Station): StationLive {
  if (record.live === null || record.liveAt === null) return live
  const at = Date.parse(record.liveAt)
  if (live.state !== null && live.state.at >= at) return live
  return { ...live, state: { at, message: record.live } }
}

/** Is a reading older than what is shown? Readings of one station carry its own clock and sequence (G12). */
export const isLate = (current: Received<RotTelemetry> | null, next: RotTelemetry): boolean =>
  current !== null && next.ts < current.message.ts && next.seq < current.message.seq

export type Link = 'online' | 'offline' | 'unknown'

/** The link as the last state message has it; a will sets only this and never the motion. */
export const linkOf = (live: StationLive): Link => live.state?.message.link ?? 'unknown'

/** The newest moment at which anything came from the station, epoch ms. */
export function lastHeard(live: StationLive): number | null {
  const online = live.state?.message.link === 'online' ? live.state.at : null
  const times = [online, live.rot?.at ?? null, live.health?.at ?? null].filter((t) => t !== null)
  return times.length === 0 ? null : Math.max(...times)
}
