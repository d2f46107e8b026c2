/**
 * The large search, by the director's own pool of two threads. Answers with CPU time and the most memory it held.
 * @module
 */
import { PassPool } from '../../../director/pass-pool.js'
import { SECOND } from '../../../shared/time.js'
import { elementsOf, FROM_MS, standsOf, TO_MS, type Work } from './work.js'

export interface LargeTimed {
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly peakMib: number
  readonly passes: number
}

/** AOS, LOS and highest elevation of all passes are kept, as somebody who plans with them would. */
interface Kept {
  readonly aos: Float64Array
  readonly los: Float64Array
  readonly maxEl: Float32Array
}

async function searchAll(work: Work): Promise<LargeTimed> {
  const pool = new PassPool(2)
  const elements = elementsOf(work)
  const stands = standsOf(work)
  const kept: Kept[] = []
  let passes = 0
  const cpu = process.cpuUsage()
  const begin = performance.now()
  for await (const { table } of pool.search({
    elements,
    stands,
    fromMs: FROM_MS,
    toMs: TO_MS,
    columns: ['aos', 'los', 'maxEl'],
  })) {
    const { aos, los, maxEl } = table.columns
    kept.push({ aos, los, maxEl })
    passes += table.length
  }
  const wallSeconds = (performance.now() - begin) / SECOND
  const { user, system } = process.cpuUsage(cpu)
  await pool.stop()
  if (kept.reduce((sum, { aos }) => sum + aos.length, 0) !== passes) throw new Error('passes were lost')
  return {
    cpuSeconds: (user + system) / 1e6,
    wallSeconds,
    peakMib: process.resourceUsage().maxRSS / 1024,
    passes,
  }
}

process.once('message', async (work: Work) => {
  const result = await searchAll(work)
  process.send?.(result, () => process.disconnect())
})
