/**
 * Organisations: the circle within which people see and do things. A slug is a topic level, so it never changes.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { Role } from '../../shared/permissions.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { isUniqueViolation } from '../db/client.js'
import type { OrgRef, UserActor } from '../http/actor.js'
import { auditOf, type Caller, type OrgCaller } from '../http/caller.js'
import { raiseEpoch } from './member-changes.js'

const PICK = { id: true, slug: true, name: true } as const
const FOUNDER: Role = 'owner'

export class Orgs {
  constructor(private readonly context: Context) {}

  /** Every organisation, for the director. */
  async all(): Promise<OrgRef[]> {
    return await this.context.prisma.org.findMany({ select: PICK, orderBy: { slug: 'asc' } })
  }

  /**
   * Makes an organisation whose owner is the person who asks.
   * @throws TalosError `conflict` when the slug is taken
   */
  async create(person: UserActor, wish: { slug: string; name: string }, caller: Caller): Promise<OrgRef> {
    const { prisma, clock, random, audit, events } = this.context
    const createdAt = new Date(clock.now())
    try {
      const made = await prisma.$transaction(async (tx) => {
        const org = await tx.org.create({ data: { id: newId(random), ...wish, createdAt }, select: PICK })
        await tx.membership.create({
          data: { userId: person.id, orgId: org.id, role: FOUNDER, createdAt },
        })
        await raiseEpoch(tx, person.id)
        await audit.record(tx, {
          ...auditOf({ ...caller, org }),
          action: 'org.create',
          targetKind: 'org',
          targetId: org.id,
          outcome: 'success',
          detail: { ...wish, owner: person.id },
        })
        return org
      })
      events.emit('account', { userId: person.id })
      return made
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new TalosError(
        'conflict',
        `There is an organisation ${wish.slug} already. Choose another short name.`,
      )
    }
  }

  async rename(caller: OrgCaller, name: string): Promise<OrgRef> {
    const { org } = caller
    return await this.context.prisma.$transaction(async (tx) => {
      const renamed = await tx.org.update({ where: { id: org.id }, data: { name }, select: PICK })
      await this.context.audit.record(tx, {
        ...auditOf(caller),
        action: 'org.update',
        targetKind: 'org',
        targetId: org.id,
        outcome: 'success',
        detail: { from: org.name, to: name },
      })
      return renamed
    })
  }
}
