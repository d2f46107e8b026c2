/**
 * Core's clock, asked over HTTPS: core reads it somewhere between our asking and our hearing, so half of that time is
 * all that can be wrong (Cristian, Distributed Computing 3, 1989).
 * @module
 */
import { stationTimeSchema } from '../../shared/api/station-time.js'
import type { Clock } from '../../shared/time.js'
import type { JsonAnswer } from '../https.js'
import type { Reference } from './judge.js'

/** The first opens the connection; the quickest of the others is short. */
const TRIES = 4
/** Core tells whole milliseconds. */
const GRAIN_MS = 1

/** The best of some tries, or null when core does not tell. Rejects when it cannot be reached. */
export async function askCore(
  ask: () => Promise<JsonAnswer>,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Reference | null> {
  let best: Reference | null = null
  for (let i = 0; i < TRIES; i++) {
    const begin = clock.monotonic()
    const { status, body } = await ask()
    const end = clock.monotonic()
    const said = stationTimeSchema.safeParse(body)
    if (status !== 200 || !said.success) return best
    const uncertaintyMs = (end - begin) / 2 + GRAIN_MS
    if (best === null || uncertaintyMs < best.uncertaintyMs)
      best = { trueMs: Date.parse(said.data.now), uncertaintyMs, at: (begin + end) / 2 }
  }
  return best
}
