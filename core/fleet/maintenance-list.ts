/**
 * The maintenance windows of stations, as lists show them.
 * @module
 */
import type { MaintenanceWindow } from '../../shared/api/maintenance.js'
import type { Tx } from '../context.js'
import { toMaintenance, windowsOf } from '../planning/maintenance.js'

/** Of each station, by its id, the windows that are not over at `now`, the soonest first. */
export async function maintenanceOfStations(
  tx: Pick<Tx, 'maintenanceWindow'>,
  stationIds: readonly string[],
  now: Date,
): Promise<(stationId: string) => readonly MaintenanceWindow[]> {
  const byStation = new Map<string, MaintenanceWindow[]>()
  for (const row of await windowsOf(tx, stationIds, now))
    byStation.set(row.stationId, [...(byStation.get(row.stationId) ?? []), toMaintenance(row)])
  return (id) => byStation.get(id) ?? []
}
