/**
 * Times in which a station is not planned for.
 * @module
 */
import type { MaintenanceWindow } from '../shared/api/maintenance.js'

/** The first window that an antenna would be bound in from `fromMs` to `toMs`, or null. */
export const maintenanceIn = (
  windows: readonly MaintenanceWindow[],
  fromMs: number,
  toMs: number,
): MaintenanceWindow | null =>
  windows.find(({ from, to }) => Date.parse(from) < toMs && fromMs < Date.parse(to)) ?? null
