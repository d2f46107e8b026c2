/**
 * The satellites that campaigns ask for, as core has them; forgotten when core says that elements changed.
 * @module
 */
import type { Campaign } from '../shared/api/campaigns.js'
import type { SatelliteRecord } from '../shared/api/elements.js'
import type { Station } from '../shared/api/fleet.js'
import type { Transmitter } from '../shared/api/transmitters.js'
import { TalosError } from '../shared/errors.js'
import { needOf, type RadioNeed } from '../shared/radio-fit.js'
import type { CoreClient } from './core-client.js'

/** Requests in flight. Core answers each in milliseconds; more would only queue there. */
const PARALLEL = 8

export class SatelliteCatalogue {
  private known = new Map<string, SatelliteRecord>()

  private transmitters = new Map<string, readonly Transmitter[]>()

  constructor(private readonly core: Pick<CoreClient, 'satellite' | 'transmitters'>) {}

  forget(): void {
    this.known = new Map()
    this.transmitters = new Map()
  }

  /** What radios need for each; nobody is asked where no station says what its radio is, or tunes one. */
  async needs(
    wanted: readonly { readonly campaign: Campaign; readonly record: SatelliteRecord }[],
    stations: readonly Station[],
  ): Promise<RadioNeed[]> {
    const matters = stations.some(({ rf, capabilities }) => rf.length > 0 || capabilities.includes('rig'))
    const isOpen = ({ campaign }: { campaign: Campaign }) =>
      campaign.downlinkHz === null && campaign.uplinkHz === null
    const asked = matters ? wanted.filter(isOpen).map(({ record }) => record.id) : []
    const { transmitters } = this
    await inParallel(
      [...new Set(asked)].filter((id) => !transmitters.has(id)),
      async (id) => void transmitters.set(id, (await orNull(this.core.transmitters(id))) ?? []),
    )
    return wanted.map(({ campaign, record }) => needOf(campaign, transmitters.get(record.id) ?? []))
  }

  async records(ids: readonly string[]): Promise<ReadonlyMap<string, SatelliteRecord>> {
    const { known } = this
    await inParallel(
      [...new Set(ids)].filter((id) => !known.has(id)),
      async (id) => {
        const record = await this.find(id)
        if (record !== null) known.set(id, record)
      },
    )
    return known
  }

  /** Null for a satellite that core does not have (any more). */
  async find(id: string): Promise<SatelliteRecord | null> {
    return this.known.get(id) ?? (await orNull(this.core.satellite(id)))
  }
}

async function inParallel(ids: string[], work: (id: string) => Promise<void>): Promise<void> {
  const next = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) await work(id)
  }
  await Promise.all(Array.from({ length: PARALLEL }, next))
}

/** Null for what core does not have. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof TalosError && error.code === 'not_found') return null
    throw error
  }
}
