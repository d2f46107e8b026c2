/**
 * What became of a stop. A station accepts it at once; that the rotator has taken it, it says a moment later, or never.
 * @module
 */
import type { CommandRecord } from './api/fleet.js'
import { TalosError } from './errors.js'
import { SECOND } from './time.js'

/** When core is asked, ms after the answer of the station. A rotator that has not taken a stop by the last is one to look at. */
const ASK_AFTER_MS: readonly number[] = [150, 500, 1000, 2000, 3000]

export interface StopDeps {
  /** The newest commands of the station, as core has them now. */
  readonly recent: () => Promise<readonly CommandRecord[]>
  readonly sleep: (ms: number) => Promise<unknown>
}

/**
 * The record of a stop that was accepted, once the rotator has taken it.
 * @throws TalosError `driver_failed` when it has not within 3 s
 */
export async function takenStop(sent: CommandRecord, { recent, sleep }: StopDeps): Promise<CommandRecord> {
  let waitedMs = 0
  for (const atMs of ASK_AFTER_MS) {
    await sleep(atMs - waitedMs)
    waitedMs = atMs
    const now = (await recent()).find(({ id }) => id === sent.id)
    if (now?.result === 'done') return now
  }
  throw new TalosError(
    'driver_failed',
    `The station has accepted the stop, but its rotator has not taken it within ${waitedMs / SECOND} s. ` +
      'The agent goes on trying. Look at the antenna; if it moves, cut its power.',
  )
}
