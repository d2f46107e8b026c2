/**
 * What this process takes of its machine.
 * @module
 */
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

export interface ProcessStats {
  readonly upS: number
  readonly cpuS: number
  readonly rssBytes: number
  /** What this machine, or the container, has. */
  readonly memoryBytes: number
  readonly heapBytes: number
  readonly heapLimitBytes: number
}

export function processStats(): ProcessStats {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const total = totalmem()
  // 0 or more than there is: nothing bounds us but the machine.
  const allowed = process.constrainedMemory()
  return {
    upS: process.uptime(),
    cpuS: (user + system) / 1e6,
    rssBytes: rss,
    memoryBytes: allowed > 0 && allowed < total ? allowed : total,
    heapBytes: heapUsed,
    heapLimitBytes: getHeapStatistics().heap_size_limit,
  }
}
