/**
 * The maintenance windows of stations, as the API shows them.
 * @module
 */
import type { MaintenanceWindow as Row } from '../../prisma/generated/client.js'
import type { MaintenanceWindow } from '../../shared/api/maintenance.js'
import type { Tx } from '../context.js'

export const toMaintenance = ({ id, from, to, reason, createdById, createdAt }: Row): MaintenanceWindow => ({
  id,
  from: from.toISOString(),
  to: to.toISOString(),
  reason,
  createdBy: createdById,
  createdAt: createdAt.toISOString(),
})

/** Of each station, by its id, the windows that are not over at `now`, the soonest first. */
export async function maintenanceOfStations(
  tx: Pick<Tx, 'maintenanceWindow'>,
  stationIds: readonly string[],
  now: Date,
): Promise<(stationId: string) => readonly MaintenanceWindow[]> {
  const rows = await tx.maintenanceWindow.findMany({
    where: { stationId: { in: [...stationIds] }, to: { gt: now }, endedAt: null },
    orderBy: [{ from: 'asc' }, { id: 'asc' }],
  })
  const byStation = new Map<string, MaintenanceWindow[]>()
  for (const row of rows)
    byStation.set(row.stationId, [...(byStation.get(row.stationId) ?? []), toMaintenance(row)])
  return (id) => byStation.get(id) ?? []
}
