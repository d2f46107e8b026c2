/**
 * The stations of an organisation: look, make beforehand, change.
 * @module
 */
import type { z } from 'zod'
import { Prisma, type Station as StationRow } from '../../prisma/generated/client.js'
import type { Station, stationCreateRequest, stationUpdateRequest } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { pageResult } from '../http/page.js'
import { certificatesOf } from './certificate-list.js'
import { controlsOf } from './control-list.js'
import { liveCredentials } from './credential-use.js'
import { badgesOf } from './enrollment-badge.js'
import { keysOf } from './key-list.js'
import { locksOf } from './lock-list.js'
import { maintenanceOfStations } from './maintenance-list.js'
import { setCredential } from './station-credential.js'
import { type StationsQuery, stationPage } from './station-list.js'
import { type LiveView, toStation } from './station-record.js'
import { endOf } from './station-term.js'

type StationCreate = z.infer<typeof stationCreateRequest>
type StationUpdate = z.infer<typeof stationUpdateRequest>

/** What is known of a station right now; the presence service gives it. */
export interface LiveStations {
  liveOf(stationId: string): LiveView
}

const isNameTaken = (error: unknown) =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'

/** The error for a station that this organisation does not have; another's looks the same. */
export const noSuchStation = (id: string) => new TalosError('not_found', `There is no station ${id}.`)

/** @throws TalosError `not_found` */
export async function findStation(tx: Tx, org: OrgRef, id: string): Promise<StationRow> {
  const row = await tx.station.findFirst({ where: { id, orgId: org.id } })
  if (row === null) throw noSuchStation(id)
  return row
}

export class Stations {
  constructor(
    private readonly context: Context,
    private readonly live: LiveStations,
  ) {}

  /** @throws TalosError `invalid_request` for a cursor of another list */
  async list(org: OrgRef, query: StationsQuery): Promise<{ items: Station[]; nextCursor: string | null }> {
    const { prisma } = this.context
    const page = pageResult(await stationPage(prisma, org.id, query), query.limit, (row) => row)
    return { ...page, items: await this.#show(page.items, query.include) }
  }

  /** @throws TalosError `not_found` */
  async get(org: OrgRef, id: string): Promise<Station> {
    return await this.#showOne(await findStation(this.context.prisma, org, id))
  }

  /** Those of the organisation with these ids, by id. */
  async many(org: OrgRef, ids: readonly string[]): Promise<Map<string, Station>> {
    const where = { orgId: org.id, id: { in: [...ids] } }
    const found = await this.#show(await this.context.prisma.station.findMany({ where }))
    return new Map(found.map((station) => [station.id, station]))
  }

  /**
   * E13: makes a station before its agent exists. It has no key until an agent redeems a token that is bound to it.
   * @throws TalosError `conflict` when the name is taken
   */
  async create(caller: OrgCaller, request: StationCreate): Promise<Station> {
    const { prisma, audit, random, clock } = this.context
    const id = newId(random)
    const { expiresAt = null } = request
    const end = expiresAt === null ? null : endOf(caller, expiresAt, clock.now())
    const row = await this.#naming(request.name, () =>
      prisma.$transaction(async (tx) => {
        const made = await tx.station.create({
          data: {
            id,
            orgId: caller.org.id,
            name: request.name,
            status: 'pending',
            minElevation: request.minElevation,
            mask: request.mask,
            ...(request.capabilities === undefined ? {} : { capabilities: request.capabilities }),
            createdAt: new Date(clock.now()),
            expiresAt: end,
            ...request.site,
          },
        })
        await audit.record(tx, {
          ...auditOf(caller),
          action: 'station.create',
          targetKind: 'station',
          targetId: id,
          outcome: 'success',
          detail: { name: request.name, expiresAt },
        })
        return made
      }),
    )
    this.#tell(caller.org, id)
    return await this.#showOne(row)
  }

  /**
   * Changes what people say of a station. What its agent says (mount, driver) comes from the agent alone.
   * @throws TalosError `not_found`, `conflict` when the name is taken, `station_state` when it is rejected or revoked or
   * would lock itself out, `forbidden`, `step_up_required`
   */
  async update(caller: OrgCaller, id: string, request: StationUpdate): Promise<Station> {
    const { prisma, audit, clock, events } = this.context
    const { name, site, minElevation, mask, rf, capabilities, credential, expiresAt } = request
    const end = expiresAt === undefined ? undefined : endOf(caller, expiresAt, clock.now())
    let unaccepted: readonly string[] = []
    const row = await this.#naming(name ?? '', () =>
      prisma.$transaction(async (tx) => {
        if (credential !== undefined)
          unaccepted = await setCredential(tx, caller, id, credential, new Date(clock.now()))
        const [changed] = await tx.station.updateManyAndReturn({
          where: { id, orgId: caller.org.id, status: { in: ['pending', 'approved'] } },
          data: {
            ...(name === undefined ? {} : { name }),
            ...(minElevation === undefined ? {} : { minElevation }),
            ...(mask === undefined ? {} : { mask }),
            ...(rf === undefined ? {} : { rf }),
            ...(capabilities === undefined ? {} : { capabilities }),
            ...(end === undefined ? {} : { expiresAt: end }),
            ...site,
          },
        })
        if (changed === undefined) {
          const { status } = await findStation(tx, caller.org, id)
          throw new TalosError('station_state', `The station is ${status}; only its history is left.`)
        }
        await audit.record(tx, {
          ...auditOf(caller),
          action: 'station.update',
          targetKind: 'station',
          targetId: id,
          outcome: 'success',
          detail: {
            fields: Object.keys(request),
            ...(credential === undefined ? {} : { credential }),
            ...(capabilities === undefined ? {} : { capabilities }),
            ...(expiresAt === undefined ? {} : { expiresAt }),
          },
        })
        return changed
      }),
    )
    for (const credentialId of unaccepted)
      events.emit('ended', { credentialId, reason: 'the station signs in with its other credential now' })
    // E14: what a connection may say was settled when it began; its agent comes back by itself.
    for (const credentialId of capabilities === undefined ? [] : await liveCredentials(prisma, id))
      events.emit('ended', { credentialId, reason: 'what the station is for has changed' })
    this.#tell(caller.org, id)
    return await this.#showOne(row)
  }

  async #naming<T>(name: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (error) {
      if (isNameTaken(error))
        throw new TalosError('conflict', `The organisation has a station named ${name} already.`, {
          cause: error,
        })
      throw error
    }
  }

  #tell(org: OrgRef, stationId: string): void {
    this.context.events.emit('station', { org: org.slug, stationId })
    this.context.events.emit('refresh', 'stations')
  }

  async #show(rows: readonly StationRow[], include: StationsQuery['include'] = []): Promise<Station[]> {
    const { prisma, clock } = this.context
    const ids = rows.map(({ id }) => id)
    const badgeOf = await badgesOf(prisma, ids, new Date(clock.now()))
    const lockOf = await locksOf(prisma, rows)
    const controlOf = await controlsOf(prisma, rows, new Date(clock.now()))
    const maintenanceOf = await maintenanceOfStations(prisma, ids, new Date(clock.now()))
    const keys = include.includes('keys') ? await keysOf(prisma, ids) : null
    const certificates = include.includes('certificates') ? await certificatesOf(prisma, ids) : null
    return rows.map((row) => ({
      ...toStation(row, {
        ...{ live: this.live.liveOf(row.id), badge: badgeOf(row.id), maintenance: maintenanceOf(row.id) },
        ...{ locked: lockOf(row), control: controlOf(row) },
      }),
      ...(keys === null ? {} : { keys: keys(row.id) }),
      ...(certificates === null ? {} : { certificates: certificates(row.id) }),
    }))
  }

  async #showOne(row: StationRow): Promise<Station> {
    const [station] = await this.#show([row], ['keys', 'certificates'])
    if (station === undefined) throw noSuchStation(row.id)
    return station
  }
}
