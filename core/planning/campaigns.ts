/**
 * Campaigns: which satellites an organisation wants to hear, from where, and how much it matters.
 * @module
 */
import type { z } from 'zod'
import type { Campaign as CampaignRow } from '../../prisma/generated/client.js'
import {
  type Campaign,
  type campaignRequest,
  campaignSchema,
  type campaignUpdateRequest,
  contradictions,
} from '../../shared/api/campaigns.js'
import type { pageQuery } from '../../shared/api/common.js'
import { polarisationSchema } from '../../shared/api/radio.js'
import { type FieldError, TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { pageArgs, pageResult } from '../http/page.js'
import { hertzOf } from './contact-view.js'
import { containing } from './contacts.js'

type CampaignRequest = z.infer<typeof campaignRequest>
type CampaignUpdate = z.infer<typeof campaignUpdateRequest>

const toCampaign = ({ orgId: _, deletedAt: __, createdAt, ...row }: CampaignRow): Campaign => ({
  ...row,
  downlinkHz: hertzOf(row.downlinkHz),
  uplinkHz: hertzOf(row.uplinkHz),
  polarisation: polarisationSchema.nullable().parse(row.polarisation),
  quotaPer: campaignSchema.shape.quotaPer.parse(row.quotaPer),
  createdAt: createdAt.toISOString(),
})

const noSuchCampaign = (id: string) =>
  new TalosError('not_found', `There is no campaign ${id} in this organisation.`)

/** More than these help nobody. */
const MAX_ERRORS = 20

export class Campaigns {
  constructor(private readonly context: Context) {}

  async list(orgId: string, query: z.infer<typeof pageQuery>) {
    const { search } = query
    const rows = await this.context.prisma.campaign.findMany({
      where: {
        orgId,
        deletedAt: null,
        ...(search === undefined || search === '' ? {} : { name: containing(search) }),
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageArgs(query),
    })
    return pageResult(rows, query.limit, toCampaign)
  }

  /** @throws TalosError `not_found` */
  async get(orgId: string, id: string): Promise<Campaign> {
    const row = await this.context.prisma.campaign.findFirst({ where: { id, orgId, deletedAt: null } })
    if (row === null) throw noSuchCampaign(id)
    return toCampaign(row)
  }

  /** @throws TalosError `invalid_request` naming satellites that are not known and stations of others */
  async create(caller: OrgCaller, request: CampaignRequest): Promise<Campaign> {
    const { prisma, random, clock } = this.context
    const row = await prisma.$transaction(async (tx) => {
      await checkTargets(tx, caller.org.id, request)
      const made = await tx.campaign.create({
        data: {
          ...request,
          id: newId(random),
          orgId: caller.org.id,
          createdBy: actorId(caller.actor),
          createdAt: new Date(clock.now()),
        },
      })
      await this.#audit(tx, caller, 'campaign.create', made.id, { name: made.name, priority: made.priority })
      return made
    })
    this.context.events.emit('refresh', 'campaigns')
    return toCampaign(row)
  }

  /** @throws TalosError `not_found`, or `invalid_request` as `create` does */
  async update(caller: OrgCaller, id: string, request: CampaignUpdate): Promise<Campaign> {
    const row = await this.context.prisma.$transaction(async (tx) => {
      await checkTargets(tx, caller.org.id, request)
      await checkRules(tx, caller.org.id, id, request)
      // A field that was not sent is undefined, which Prisma leaves alone.
      const [changed] = await tx.campaign.updateManyAndReturn({
        where: { id, orgId: caller.org.id, deletedAt: null },
        data: Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)),
      })
      if (changed === undefined) throw noSuchCampaign(id)
      await this.#audit(tx, caller, 'campaign.update', id, { fields: Object.keys(request) })
      return changed
    })
    this.context.events.emit('refresh', 'campaigns')
    return toCampaign(row)
  }

  /** The row stays for the history of its contacts. The next schedule calls off those to come. */
  async remove(caller: OrgCaller, id: string): Promise<void> {
    const { prisma, clock } = this.context
    await prisma.$transaction(async (tx) => {
      const { count } = await tx.campaign.updateMany({
        where: { id, orgId: caller.org.id, deletedAt: null },
        data: { deletedAt: new Date(clock.now()), enabled: false },
      })
      if (count !== 1) throw noSuchCampaign(id)
      await this.#audit(tx, caller, 'campaign.delete', id, {})
    })
    this.context.events.emit('refresh', 'campaigns')
  }

  #audit(
    tx: Tx,
    caller: OrgCaller,
    action: 'campaign.create' | 'campaign.update' | 'campaign.delete',
    targetId: string,
    detail: Readonly<Record<string, string | number | readonly string[]>>,
  ): Promise<void> {
    return this.context.audit.record(tx, {
      ...auditOf(caller),
      action,
      targetKind: 'campaign',
      targetId,
      outcome: 'success',
      detail,
    })
  }
}

/** What is sent must agree with what stays; the row is held until it is changed. */
async function checkRules(tx: Tx, orgId: string, id: string, request: CampaignUpdate): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "Campaign" WHERE "id" = ${id} AND "orgId" = ${orgId} FOR NO KEY UPDATE`
  const row = await tx.campaign.findFirst({ where: { id, orgId, deletedAt: null } })
  if (row === null) throw noSuchCampaign(id)
  const { minPerDay = row.minPerDay, maxPerDay = row.maxPerDay } = request
  const { minGapS = row.minGapS, simultaneous = row.simultaneous } = request
  const errors = contradictions({ minPerDay, maxPerDay, minGapS, simultaneous })
  const [first] = errors
  if (first !== undefined)
    throw new TalosError('invalid_request', `${first.pointer}: ${first.detail}.`, { errors })
}

/**
 * What a campaign points to must be there, or it would wait for ever without a word.
 * @throws TalosError `invalid_request` naming satellites that are not known and stations of others
 */
export async function checkTargets(
  tx: Pick<Tx, 'satellite' | 'station'>,
  orgId: string,
  { satellites = [], stations = [] }: Pick<CampaignUpdate, 'satellites' | 'stations'>,
): Promise<void> {
  const known = await tx.satellite.findMany({ where: { id: { in: satellites } }, select: { id: true } })
  const own = await tx.station.findMany({
    where: { orgId, id: { in: stations }, status: { in: ['pending', 'approved'] } },
    select: { id: true },
  })
  const errors = [
    ...missing('/satellites', satellites, known, 'has no elements; import them first'),
    ...missing('/stations', stations, own, 'is no station of this organisation'),
  ]
  const [first] = errors
  if (first === undefined) return
  throw new TalosError('invalid_request', `${first.pointer}: ${first.detail}.`, {
    errors: errors.slice(0, MAX_ERRORS),
  })
}

function missing(
  at: string,
  asked: readonly string[],
  found: readonly { readonly id: string }[],
  why: string,
): FieldError[] {
  const ids = new Set(found.map(({ id }) => id))
  return asked.flatMap((id, i) => (ids.has(id) ? [] : [{ pointer: `${at}/${i}`, detail: `${id} ${why}` }]))
}
