/**
 * What became of a stop. A station accepts it at once; that the rotator has taken it, it says a moment later.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type CommandRecord, commandsResponse } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { type Clock, SECOND } from '../../shared/time.js'
import { type Api, query } from './client.js'

/** A rotator that has not taken a stop by then is one to look at. */
const CONFIRM_MS = 3 * SECOND
const ASK_MS = 250

/**
 * The record of a stop when the rotator has taken it.
 * @throws TalosError `driver_failed` when it has not within 3 s
 */
export async function takenStop(api: Api, org: string, sent: CommandRecord, clock: Clock) {
  const path = `/orgs/${org}/commands${query({ station: sent.stationId, limit: 50 })}`
  for (const end = clock.monotonic() + CONFIRM_MS; clock.monotonic() < end; await sleep(ASK_MS)) {
    const { items } = await api.get(path, commandsResponse)
    const now = items.find(({ id }) => id === sent.id)
    if (now?.result === 'done') return now
  }
  throw new TalosError(
    'driver_failed',
    `The station has accepted the stop, but its rotator has not taken it within ${CONFIRM_MS / SECOND} s. ` +
      'The agent goes on trying. Look at the antenna; if it moves, cut its power.',
  )
}
