/**
 * A station as the API shows it: its row, and what is known of it right now.
 * @module
 */
import type { Station as StationRow } from '../../prisma/generated/client.js'
import { stationCredentialSchema } from '../../shared/api/certificates.js'
import { maskSchema, type Station, stationStatusSchema } from '../../shared/api/fleet.js'
import type { MaintenanceWindow } from '../../shared/api/maintenance.js'
import { radioBandsSchema } from '../../shared/api/radio.js'
import { capabilitySchema, mountSchema, type Site, type StationState } from '../../shared/messages.js'
import type { Badge } from './enrollment-badge.js'

export interface LiveView {
  readonly online: boolean
  /** The last state message. */
  readonly state: StationState | null
  /** When it came, epoch ms. */
  readonly stateAt: number | null
}

export function siteOf(row: Pick<StationRow, 'lat' | 'lon' | 'altM'>): Site | null {
  const { lat, lon, altM } = row
  return lat === null || lon === null || altM === null ? null : { lat, lon, altM }
}

/** What is known of a station beside its row. */
interface Beside extends Pick<Station, 'locked' | 'control'> {
  readonly live: LiveView
  readonly badge: Badge
  readonly maintenance: readonly MaintenanceWindow[]
}

export const toStation = (
  row: StationRow,
  { live, badge, locked, control, maintenance }: Beside,
): Station => ({
  id: row.id,
  name: row.name,
  status: stationStatusSchema.parse(row.status),
  site: siteOf(row),
  minElevation: row.minElevation,
  mask: maskSchema.parse(row.mask),
  rf: radioBandsSchema.parse(row.rf),
  mount: mountSchema.nullable().parse(row.mount),
  online: live.online,
  live: live.state,
  liveAt: live.stateAt === null ? null : new Date(live.stateAt).toISOString(),
  capabilities: capabilitySchema.array().parse(row.capabilities),
  agentVersion: row.agentVersion,
  hostname: row.hostname,
  platform: row.platform,
  driver: row.driver,
  address: row.address,
  ...badge,
  createdAt: row.createdAt.toISOString(),
  approvedAt: row.approvedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  credential: stationCredentialSchema.parse(row.credential),
  fingerprint: row.fingerprint,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  locked,
  control,
  maintenance: [...maintenance],
})
