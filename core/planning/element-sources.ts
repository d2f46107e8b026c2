/**
 * Where elements are fetched from. Core only keeps the list and what the director found at each look; the director
 * fetches.
 * @module
 */
import type { z } from 'zod'
import type { ElementSource as SourceRow } from '../../prisma/generated/client.js'
import {
  type elementSourceChecked,
  type elementSourceRequest,
  elementSourceSchema,
} from '../../shared/api/elements.js'
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { isUniqueViolation } from '../db/client.js'
import { auditOf, type Caller } from '../http/caller.js'

export type ElementSource = z.infer<typeof elementSourceSchema>

const toSource = ({ createdAt: _, checkedAt, ...row }: SourceRow): ElementSource =>
  elementSourceSchema.parse({ ...row, checkedAt: checkedAt?.toISOString() ?? null })

const noSuchSource = (id: string) => new TalosError('not_found', `There is no element source ${id}.`)

export class ElementSources {
  constructor(private readonly context: Context) {}

  async list(): Promise<ElementSource[]> {
    const rows = await this.context.prisma.elementSource.findMany({
      orderBy: [{ kind: 'asc' }, { group: 'asc' }],
    })
    return rows.map(toSource)
  }

  /** @throws TalosError `conflict` when the group is there already */
  async create(caller: Caller, request: z.infer<typeof elementSourceRequest>): Promise<ElementSource> {
    const { prisma, audit, random, clock, events } = this.context
    const { kind, group } = request
    try {
      const row = await prisma.$transaction(async (tx) => {
        const made = await tx.elementSource.create({
          data: { id: newId(random), kind, group, createdAt: new Date(clock.now()) },
        })
        await audit.record(tx, {
          ...auditOf(caller),
          action: 'elements.source_create',
          targetKind: 'element_source',
          targetId: made.id,
          outcome: 'success',
          detail: { kind, group },
        })
        return made
      })
      events.emit('refresh', 'elements')
      return toSource(row)
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new TalosError('conflict', `The group ${group} of ${kind} is a source already.`, { cause: error })
    }
  }

  /** Ends the fetching; what came from it stays. @throws TalosError `not_found` */
  async remove(caller: Caller, id: string): Promise<void> {
    const { prisma, audit } = this.context
    await prisma.$transaction(async (tx) => {
      const [gone] = await tx.elementSource.findMany({ where: { id }, select: { kind: true, group: true } })
      const { count } = await tx.elementSource.deleteMany({ where: { id } })
      if (gone === undefined || count !== 1) throw noSuchSource(id)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'elements.source_delete',
        targetKind: 'element_source',
        targetId: id,
        outcome: 'success',
        detail: gone,
      })
    })
    this.context.events.emit('refresh', 'elements')
  }

  /** What the director's last look brought. @throws TalosError `not_found` */
  async checked(id: string, { etag, result }: z.infer<typeof elementSourceChecked>): Promise<ElementSource> {
    const { prisma, clock } = this.context
    const [row] = await prisma.elementSource.updateManyAndReturn({
      where: { id },
      data: { etag, lastResult: result, checkedAt: new Date(clock.now()) },
    })
    if (row === undefined) throw noSuchSource(id)
    return toSource(row)
  }
}
