/**
 * One word and one tone for a station, from all that is known of it. The most urgent truth wins.
 * @module
 */
import type { Station } from '../../../shared/api/fleet.js'
import type { LiveState } from '../../../shared/messages.js'
import { isStale, TELEMETRY_STALE_MS } from './staleness.js'
import { lastHeard, linkOf, type StationLive } from './station-live.js'

/** How a thing is drawn. Colour never speaks alone: each tone has its own glyph and word. */
export type Tone = 'good' | 'busy' | 'calm' | 'quiet' | 'warn' | 'bad'

export interface Status {
  readonly label: string
  readonly tone: Tone
  /** Why, as a code of the table of errors, where there is one. */
  readonly code: string | null
}

const LIVE: Readonly<Record<LiveState, { label: string; tone: Tone }>> = {
  on_target: { label: 'On target', tone: 'good' },
  slewing: { label: 'Slewing', tone: 'busy' },
  idle: { label: 'Idle', tone: 'calm' },
  parked: { label: 'Parked', tone: 'calm' },
  stowed: { label: 'Stowed', tone: 'calm' },
  degraded: { label: 'Degraded', tone: 'warn' },
  safe_hold: { label: 'Safe hold', tone: 'bad' },
}

/**
 * From when to when this screen has listened to the bus without a break, epoch ms. While it cannot listen, `until`
 * stands still: that nothing is heard then says nothing about the stations.
 */
export interface Hearing {
  readonly since: number
  readonly until: number
}

/** Linked, and yet it says nothing although somebody listens. */
const isSilent = (live: StationLive, { since, until }: Hearing): boolean =>
  until - Math.max(since, live.rot?.at ?? 0) > TELEMETRY_STALE_MS

/** Has any machine ever joined as this station? One that was made beforehand may still wait for its own (E13). */
export const isMachineThere = ({ hostname }: Pick<Station, 'hostname'>): boolean => hostname !== null

/** Before approval and after revocation the membership is the truth; after that the link; after that the motion. */
export function stationStatus(
  station: Pick<Station, 'status' | 'online' | 'hostname' | 'locked'>,
  live: StationLive,
  hearing: Hearing,
): Status {
  if (station.status === 'pending')
    return isMachineThere(station)
      ? { label: 'Waits for approval', tone: 'warn', code: null }
      : { label: 'No machine yet', tone: 'quiet', code: null }
  if (station.status === 'rejected') return { label: 'Rejected', tone: 'quiet', code: null }
  if (station.status === 'revoked') return { label: 'Revoked', tone: 'quiet', code: null }
  if (station.locked !== null) return { label: 'Locked', tone: 'warn', code: null }
  const state = live.state?.message
  if (state === undefined)
    return { label: station.online ? 'Online' : 'Never seen', tone: 'quiet', code: null }
  if (state.link === 'offline') return { label: 'Offline', tone: 'quiet', code: null }
  if (isSilent(live, hearing)) return { label: 'Silent', tone: 'warn', code: null }
  // Telemetry carries the state too and comes more often; the state message alone knows why.
  const motion = live.rot?.message.state ?? state.state
  const explained = motion === 'safe_hold' || motion === 'degraded'
  return { ...LIVE[motion], code: explained ? state.code : null }
}

/** Is there something here that a person must do? */
export const needsAttention = (status: Status): boolean => status.tone === 'bad' || status.tone === 'warn'

/** Age of the newest reading, ms, or null when nothing ever came. */
export function dataAge(live: StationLive, now: number): number | null {
  const heard = lastHeard(live)
  return heard === null ? null : Math.max(0, now - heard)
}

/** Are numbers on the screen history? Offline makes them so at once. */
export const isHistory = (live: StationLive, now: number): boolean =>
  linkOf(live) === 'offline' || isStale(live.rot?.at ?? null, now)
