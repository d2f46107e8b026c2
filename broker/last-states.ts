/**
 * The last link state that each station has said, from which follows what the broker must say for it when it is gone.
 * @module
 */
import type { StationState } from '../shared/messages.js'
import { iso } from '../shared/time.js'
import type { OfflineState } from './admission.js'
import type { EndReason } from './contracts.js'

export class LastStates {
  readonly #last = new Map<string, { readonly bootId: string; readonly link: StationState['link'] }>()

  saw(stationId: string, { bootId, link }: StationState): void {
    this.#last.set(stationId, { bootId, link })
  }

  forget(stationId: string): void {
    this.#last.delete(stationId)
  }

  /**
   * The offline state to publish for a station whose connection ended, or null when nothing must be said: it said so
   * itself, it was never seen online, a newer connection has taken over, or the whole broker stops (a deployment is no
   * outage of the fleet). The time is that of the loss: the `ts` of a will is from the CONNECT, hours ago.
   */
  offline(stationId: string, will: OfflineState | null, reason: EndReason, now: number): OfflineState | null {
    if (reason === 'taken_over' || reason === 'stopped') return null
    const last = this.#last.get(stationId)
    // [MQTT-3.14.4-3]: a DISCONNECT discards the will.
    const bootId = (reason === 'goodbye' ? undefined : will?.bootId) ?? last?.bootId
    if (bootId === undefined) return null
    if (last?.link === 'offline' && last.bootId === bootId) return null
    return { ts: iso(now), bootId, link: 'offline' }
  }
}
