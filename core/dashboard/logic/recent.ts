/**
 * The last minutes of a station's readings, as columns for a chart.
 * @module
 */
import type { RotTelemetry } from '../../../shared/messages.js'
import { MINUTE, SECOND } from '../../../shared/time.js'

export const RECENT_MS = 5 * MINUTE
/** Readings further apart are not joined by a line, and give no rate. */
const GAP_MS = 5 * SECOND

interface Reading {
  /** Epoch ms of this browser, by core's clock. */
  readonly at: number
  /** Epoch ms of the station's clock: rates are its own. */
  readonly ts: number
  readonly az: number | null
  readonly el: number | null
  readonly errDeg: number | null
  readonly azRate: number | null
  readonly elRate: number | null
}

/** Times in epoch seconds, as uPlot has them; null is a gap, never a zero. */
export interface RecentColumns {
  readonly times: readonly number[]
  readonly errDeg: readonly (number | null)[]
  readonly azRate: readonly (number | null)[]
  readonly elRate: readonly (number | null)[]
}

const rate = (from: number | null, to: number | null, ms: number): number | null =>
  from === null || to === null || ms <= 0 ? null : ((to - from) / ms) * SECOND

export class Recent {
  #readings: Reading[] = []

  /** @param at when this browser had it, epoch ms; one that is not newer than the last is left out */
  add({ ts: told, az, el, errDeg }: RotTelemetry, at: number): void {
    const last = this.#readings.at(-1)
    if (last !== undefined && at <= last.at) return
    const ts = Date.parse(told)
    const isGap = last === undefined || at - last.at > GAP_MS
    if (isGap && last !== undefined)
      this.#readings.push({ ...last, at: last.at + 1, errDeg: null, azRate: null, elRate: null })
    const ms = isGap ? 0 : ts - last.ts
    this.#readings.push({
      ...{ at, ts, az, el, errDeg },
      azRate: isGap ? null : rate(last.az, az, ms),
      elRate: isGap ? null : rate(last.el, el, ms),
    })
    const oldest = at - RECENT_MS
    const kept = this.#readings.findIndex((reading) => reading.at >= oldest)
    if (kept > 0) this.#readings.splice(0, kept)
  }

  columns(): RecentColumns {
    return {
      times: this.#readings.map(({ at }) => at / SECOND),
      errDeg: this.#readings.map(({ errDeg }) => errDeg),
      azRate: this.#readings.map(({ azRate }) => azRate),
      elRate: this.#readings.map(({ elRate }) => elRate),
    }
  }
}
