/**
 * When which satellite can be seen from which station: computed when somebody asks, from the newest elements.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import type { SatelliteRecord } from '../../shared/api/elements.js'
import { maskSchema } from '../../shared/api/fleet.js'
import type { PassRecord, passesQuery } from '../../shared/api/passes.js'
import { TalosError } from '../../shared/errors.js'
import { type Omm, siteSchema } from '../../shared/messages.js'
import { type Fault, faultOf } from '../../shared/orbit/judge.js'
import { searchPieces, workOf } from '../../shared/orbit/long-passes.js'
import { searchPasses } from '../../shared/orbit/passes.js'
import { satelliteFrom } from '../../shared/orbit/propagate.js'
import type { Stand } from '../../shared/orbit/search/stands.js'
import { DAY, iso } from '../../shared/time.js'
import type { Context } from '../context.js'
import type { Satellites } from './satellites.js'
import { Slots } from './slots.js'

type PassesQuery = z.infer<typeof passesQuery>

const DEFAULT_WINDOW_MS = 1 * DAY
const MAX_WINDOW_MS = 7 * DAY
/** Pairs of a satellite and a station that one request may ask for: of low orbits over a week some 7,000 passes. */
export const MAX_PAIRS = 200
/** Stations times days for which one satellite is looked for in one turn of the event loop: some 20 ms. */
const PAIR_DAYS_A_TURN = 25
/** Requests that may wait for those before them. */
const MAX_WAITING = 20

export interface NamedStand extends Stand {
  readonly id: string
}

const refuse = (pointer: string, detail: string) =>
  new TalosError('invalid_request', `${pointer}: ${detail}.`, { errors: [{ pointer, detail }] })

/** @throws TalosError `invalid_request` naming /from or /to */
export function windowOf({ from, to }: Pick<PassesQuery, 'from' | 'to'>, now: number): [number, number] {
  const start = from === undefined ? now : Date.parse(from)
  const end = to === undefined ? start + DEFAULT_WINDOW_MS : Date.parse(to)
  if (end <= start) throw refuse('/to', `${iso(end)} is not after from, ${iso(start)}`)
  if (end - start > MAX_WINDOW_MS)
    throw refuse('/to', `the window is ${((end - start) / DAY).toFixed(1)} days long, at most 7 are computed`)
  return [start, end]
}

/** What makes the passes of a window untrue: a decay within it only ends them. */
function faultOver(omm: Omm, nowMs: number, from: number, to: number): Fault | null {
  const atEnd = faultOf(omm, nowMs, [to])
  return faultOf(omm, nowMs, [from]) ?? (atEnd?.fault === 'no_position' ? null : atEnd)
}

export class Passes {
  /** One request computes at a time, or each would keep all others, and the broker, from their turn. */
  readonly #slots = new Slots(1)

  constructor(
    private readonly context: Context,
    private readonly satellites: Pick<Satellites, 'byIds' | 'get'>,
  ) {}

  /**
   * Passes in order of AOS. Without a station: all approved ones that have a site; without a satellite: those of the
   * enabled campaigns.
   * @throws TalosError `not_found`, `station_state` when the station has no site, `elements_invalid` when the satellite
   *   that was asked for has no position, `invalid_request` when the window or the work is too large, `unavailable`
   *   when too many ask at once
   */
  find(orgId: string, query: PassesQuery): Promise<PassRecord[]> {
    return this.#find(orgId, query, searchPasses)
  }

  /** The same with long passes in pieces, as they are booked. */
  pieces(orgId: string, query: PassesQuery): Promise<PassRecord[]> {
    return this.#find(orgId, query, searchPieces)
  }

  async #find(orgId: string, query: PassesQuery, search: typeof searchPasses): Promise<PassRecord[]> {
    const [from, to] = windowOf(query, this.context.clock.now())
    const stands = await this.#stands(orgId, query.station)
    const records =
      query.satellite === undefined
        ? await this.satellites.byIds(await this.#wanted(orgId))
        : [await this.satellites.get(query.satellite)]
    if (stands.length * records.length > MAX_PAIRS)
      throw refuse(
        query.satellite === undefined ? '/satellite' : '/station',
        `${records.length} satellites over ${stands.length} stations are more than ${MAX_PAIRS} pairs; name one satellite or one station`,
      )
    const passes = await this.#inTurn(() =>
      this.#compute(records, stands, from, to, query.satellite !== undefined, search),
    )
    return passes.sort((a, b) => (a.aos < b.aos ? -1 : a.aos > b.aos ? 1 : 0))
  }

  /**
   * Passes of satellites over stands that the caller has chosen, long ones in pieces, in no order; of elements that give none: none.
   * @throws TalosError `unavailable` when too many ask at once
   */
  over(
    records: readonly SatelliteRecord[],
    stands: readonly NamedStand[],
    from: number,
    to: number,
  ): Promise<PassRecord[]> {
    return this.#inTurn(() => this.#compute(records, stands, from, to, false, searchPieces))
  }

  #inTurn(work: () => Promise<PassRecord[]>): Promise<PassRecord[]> {
    if (this.#slots.waiting >= MAX_WAITING)
      throw new TalosError('unavailable', 'Too many ask for passes at once. Try again in a moment.', {
        retryAfterS: 5,
      })
    return this.#slots.run(work)
  }

  async #compute(
    records: readonly SatelliteRecord[],
    stands: readonly NamedStand[],
    from: number,
    to: number,
    isNamed: boolean,
    search: typeof searchPasses,
  ): Promise<PassRecord[]> {
    const passes: PassRecord[] = []
    for (const record of records) {
      const each = workOf(record.omm) * Math.max(1, (to - from) / DAY)
      const width = Math.max(1, Math.floor(PAIR_DAYS_A_TURN / each))
      for (let first = 0; first < stands.length; first += width) {
        const some = stands.slice(first, first + width)
        for (const pass of this.#passesOf(record, some, from, to, isNamed, search)) passes.push(pass)
        // Others wait for no longer than this.
        await nextTurn()
      }
    }
    return passes
  }

  #passesOf(
    record: SatelliteRecord,
    stands: readonly NamedStand[],
    from: number,
    to: number,
    isNamed: boolean,
    search: typeof searchPasses,
  ): PassRecord[] {
    const wrong = faultOver(record.omm, this.context.clock.now(), from, to)
    if (wrong !== null && isNamed) throw new TalosError('elements_invalid', wrong.detail)
    // One satellite of a campaign that has no orbit any more does not hide the passes of the others.
    if (wrong !== null) return []
    const satellite = satelliteFrom(record.omm)
    const table = search([satellite], stands, from, to)
    if (table.length === 0 && table.ended.length > 0 && isNamed) satellite.stateAt(from)
    return [...table.passes()].map((pass, i) => ({
      stationId: stands[table.stand(i)]?.id ?? '',
      satelliteId: record.id,
      satelliteName: record.name,
      aos: iso(pass.aos),
      tca: iso(pass.tca),
      los: iso(pass.los),
      aosAz: pass.aosAz,
      tcaAz: pass.tcaAz,
      losAz: pass.losAz,
      maxEl: pass.maxEl,
      durationS: pass.durationS,
      rangeKm: pass.rangeKm,
      light: pass.light,
      clippedStart: pass.clippedStart,
      clippedEnd: pass.clippedEnd,
      elementsAgeDays: record.ageDays,
    }))
  }

  async #stands(orgId: string, only: string | undefined): Promise<NamedStand[]> {
    const rows = await this.context.prisma.station.findMany({
      where: { orgId, ...(only === undefined ? { status: 'approved', lockedAt: null } : { id: only }) },
      select: { id: true, name: true, lat: true, lon: true, altM: true, minElevation: true, mask: true },
      orderBy: { id: 'asc' },
    })
    if (only !== undefined && rows.length === 0)
      throw new TalosError('not_found', `There is no station ${only} in this organisation.`)
    return rows.flatMap(({ id, name, lat, lon, altM, minElevation, mask }) => {
      const site = siteSchema.safeParse({ lat, lon, altM })
      if (site.success) return [{ id, site: site.data, minElevation, mask: maskSchema.parse(mask) }]
      if (only !== undefined)
        throw new TalosError(
          'station_state',
          `The station ${name} has no site yet. Say where it stands first.`,
        )
      return []
    })
  }

  async #wanted(orgId: string): Promise<string[]> {
    const campaigns = await this.context.prisma.campaign.findMany({
      where: { orgId, enabled: true, deletedAt: null },
      select: { satellites: true },
    })
    return [...new Set(campaigns.flatMap((c) => c.satellites))]
  }
}
