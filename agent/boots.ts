/**
 * How often this agent has begun. Its sequence numbers (G12) begin with that: they never go back, over restarts neither,
 * whatever the clock says.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { type Log, reasonOf } from './log.js'
import { SealedFile } from './sealed-file.js'

/** Numbers of one run: 34 years at 4 Hz. */
const RUN = 2 ** 32
/** Beyond, they are no safe integers any more. */
const MOST_BOOTS = 2 ** 21 - 1

const schema = z.strictObject({ boots: z.int().min(0).max(MOST_BOOTS) })

/** Counts this start; the first sequence number of the run. A disk that does not take the count is said, not thrown. */
export async function firstSequence(dataDir: string, log: Log): Promise<number> {
  const file = new SealedFile(join(dataDir, 'boots.json'), schema)
  const kept = await file.read()
  if (kept.kind === 'corrupt') log.error('the count of starts is unreadable: sequence numbers begin anew')
  const boots = Math.min(kept.kind === 'ok' ? kept.value.boots + 1 : 0, MOST_BOOTS)
  try {
    await file.write({ boots })
  } catch (cause) {
    log.error('the count of starts cannot be written', { reason: reasonOf(cause) })
  }
  return boots * RUN
}
