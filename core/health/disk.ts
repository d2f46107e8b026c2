/**
 * The disk of the data directory: collected, and what to make of it (H1).
 * @module
 */
import { statfs } from 'node:fs/promises'
import type { DiskState, HealthFinding } from '../../shared/api/health.js'
import { judgeBy, size } from './judging.js'
import type { Thresholds } from './thresholds.js'

/** @throws Error when the directory is gone */
export async function diskState(path: string): Promise<DiskState> {
  const { bavail, blocks, bsize } = await statfs(path)
  return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

export function judgeDisk(
  { path, freeBytes, totalBytes }: DiskState,
  thresholds: Thresholds,
): HealthFinding[] {
  const percent = totalBytes === 0 ? 0 : (100 * freeBytes) / totalBytes
  return [
    judgeBy(thresholds)('diskFreePercent', percent, {
      check: 'Room',
      found: `${size(freeBytes)} of ${size(totalBytes)} free (${percent.toFixed(0)} %) at ${path}`,
      mend: 'Make room on that disk. Without it the database stops, and nothing is written any more.',
    }),
  ]
}
