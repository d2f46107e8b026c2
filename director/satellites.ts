/**
 * The satellites that campaigns ask for, as core has them; forgotten when core says that elements changed.
 * @module
 */
import type { SatelliteRecord } from '../shared/api/elements.js'
import { TalosError } from '../shared/errors.js'
import type { CoreClient } from './core-client.js'

/** Requests in flight. Core answers each in milliseconds; more would only queue there. */
const PARALLEL = 8

export class SatelliteCatalogue {
  private known = new Map<string, SatelliteRecord>()

  constructor(private readonly core: Pick<CoreClient, 'satellite'>) {}

  forget(): void {
    this.known = new Map()
  }

  async records(ids: readonly string[]): Promise<ReadonlyMap<string, SatelliteRecord>> {
    const { known } = this
    const missing = [...new Set(ids)].filter((id) => !known.has(id))
    const fetchNext = async (): Promise<void> => {
      for (let id = missing.pop(); id !== undefined; id = missing.pop()) {
        const record = await this.find(id)
        if (record !== null) known.set(id, record)
      }
    }
    await Promise.all(Array.from({ length: PARALLEL }, fetchNext))
    return known
  }

  /** Null for a satellite that core does not have (any more). */
  async find(id: string): Promise<SatelliteRecord | null> {
    const record = this.known.get(id)
    if (record !== undefined) return record
    try {
      return await this.core.satellite(id)
    } catch (error) {
      if (error instanceof TalosError && error.code === 'not_found') return null
      throw error
    }
  }
}
