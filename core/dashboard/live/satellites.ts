/**
 * Elements of the satellites that the screen shows, fetched once each and again when a contact names other ones.
 * @module
 */
import { signal } from '@preact/signals'
import { type SatelliteRecord, satelliteSchema } from '../../../shared/api/elements.js'
import type { Satellite } from '../../../shared/orbit/propagate.js'
import { MINUTE } from '../../../shared/time.js'
import type { Api } from '../api/client.js'
import { satellite } from '../logic/sky.js'

export interface Craft {
  readonly record: SatelliteRecord
  /** Null when its elements give no position. */
  readonly orbit: Satellite | null
}

export interface Wanted {
  readonly satelliteId: string
  /** Null: whatever core has will do. */
  readonly elementsHash: string | null
}

/** A satellite that could not be fetched, or whose elements differ from a contact's, is asked for again after this. */
const RETRY_MS = 1 * MINUTE

export class Satellites {
  readonly #api: Api
  readonly #now: () => number
  readonly #known = signal<ReadonlyMap<string, Craft>>(new Map())
  readonly #askedAt = new Map<string, number>()

  constructor(api: Api, now: () => number) {
    this.#api = api
    this.#now = now
  }

  find(id: string): Craft | undefined {
    return this.#known.value.get(id)
  }

  /** Fetches what is missing or outdated, one after the other; what fails is tried again when wanted again. */
  async want(wanted: readonly Wanted[]): Promise<void> {
    for (const { satelliteId, elementsHash } of wanted) {
      const known = this.#known.peek().get(satelliteId)?.record.elementsHash
      if (known !== undefined && (elementsHash === null || elementsHash === known)) continue
      const now = this.#now()
      if (now - (this.#askedAt.get(satelliteId) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) continue
      this.#askedAt.set(satelliteId, now)
      try {
        const record = await this.#api.get(`satellites/${satelliteId}`, satelliteSchema)
        const craft = { record, orbit: satellite(record.omm) }
        this.#known.value = new Map(this.#known.peek()).set(satelliteId, craft)
      } catch {
        // The satellite is not drawn, and its absence is seen; the next look at it asks again.
      }
    }
  }
}
