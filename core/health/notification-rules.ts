/**
 * The notification rules of organisations: who is told when health is bad, and how (H5).
 * @module
 */
import type { NotificationRule as Row } from '../../prisma/generated/client.js'
import { healthCollectorSchema, SYSTEM_COLLECTORS } from '../../shared/api/health.js'
import {
  alertLevelSchema,
  MOST_RULES,
  type NotificationRequest,
  type NotificationRule,
  type NotificationUpdate,
} from '../../shared/api/notifications.js'
import { TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { Sealer } from '../crypto/seal.js'
import { webhookPlace } from '../crypto/seal-anew.js'
import { newToken } from '../crypto/secrets.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { webhookRefusal } from './webhook.js'

type Member = { readonly id: string; readonly email: string }

/** A rule as it is carried out. */
export interface LiveRule {
  readonly rule: NotificationRule
  readonly orgId: string
  readonly org: string
  /** What signs its webhook; null: it sends mails. */
  readonly sealed: string | null
}

const noSuchRule = (id: string) =>
  new TalosError('not_found', `There is no notification rule ${id} in this organisation.`)

const wrong = (pointer: string, detail: string) =>
  new TalosError('invalid_request', `${pointer}: ${detail}.`, { errors: [{ pointer, detail }] })

export class NotificationRules {
  constructor(
    private readonly context: Pick<Context, 'prisma' | 'random' | 'clock' | 'audit' | 'config'>,
    private readonly sealer: Sealer,
  ) {}

  async list(orgId: string): Promise<NotificationRule[]> {
    return (await this.live({ orgId })).map(({ rule }) => rule)
  }

  /** With whoever is a member now: who has left is told nothing more. */
  async live(where: { readonly orgId?: string; readonly id?: string } = {}): Promise<LiveRule[]> {
    const { prisma, clock } = this.context
    const rows = await prisma.notificationRule.findMany({
      where,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      include: { org: { select: { slug: true } } },
    })
    const members = await prisma.membership.findMany({
      where: {
        userId: { in: [...new Set(rows.flatMap(({ recipients }) => recipients))] },
        user: {
          disabledAt: null,
          OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(clock.now()) } }],
        },
      },
      select: { orgId: true, user: { select: { id: true, email: true } } },
    })
    return rows.map(({ org, ...row }) => {
      const own = members.filter((m) => m.orgId === row.orgId).map(({ user }) => user)
      return { rule: toRule(row, own), orgId: row.orgId, org: org.slug, sealed: row.sealed }
    })
  }

  /**
   * A new rule, and once what signs its webhook.
   * @throws TalosError `invalid_request`, `forbidden`, `conflict` when there are too many
   */
  async create(
    caller: OrgCaller,
    request: NotificationRequest,
  ): Promise<{ rule: NotificationRule; secret: string | null }> {
    const { prisma, random, clock } = this.context
    mayWatch(caller, request.collectors)
    this.#checkUrl(request.url)
    const id = newId(random)
    const secret = request.url === undefined ? null : `whs_${newToken(random)}`
    const rule = await prisma.$transaction(async (tx) => {
      // Held, so that two who ask at once do not pass the bound together.
      await tx.$queryRaw`SELECT 1 FROM "Org" WHERE "id" = ${caller.org.id} FOR NO KEY UPDATE`
      const count = await tx.notificationRule.count({ where: { orgId: caller.org.id } })
      if (count >= MOST_RULES)
        throw new TalosError('conflict', `There are ${count} rules already; remove one first.`)
      const recipients = await membersOf(tx, caller.org.id, request.recipients ?? [])
      const row = await tx.notificationRule.create({
        data: {
          ...{ id, orgId: caller.org.id, name: request.name, collectors: request.collectors },
          minLevel: request.minLevel,
          recipients: recipients.map((member) => member.id),
          url: request.url ?? null,
          sealed: secret === null ? null : this.sealer.seal(Buffer.from(secret), webhookPlace(id)),
          createdById: actorId(caller.actor),
          createdAt: new Date(clock.now()),
        },
      })
      await this.#audit(tx, caller, 'notification.create', id, { name: row.name, channel: channelOf(row) })
      return toRule(row, recipients)
    })
    return { rule, secret }
  }

  /** @throws TalosError `not_found`, `invalid_request`, `forbidden` */
  async update(caller: OrgCaller, id: string, request: NotificationUpdate): Promise<NotificationRule> {
    const orgId = caller.org.id
    this.#checkUrl(request.url)
    await this.context.prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "NotificationRule" WHERE "id" = ${id} FOR NO KEY UPDATE`
      const row = await tx.notificationRule.findFirst({ where: { id, orgId } })
      if (row === null) throw noSuchRule(id)
      // Who may not see what it watches may not lead it elsewhere either.
      mayWatch(caller, [...(request.collectors ?? []), ...row.collectors])
      if (request.url !== undefined && row.url === null)
        throw wrong('/url', 'this rule sends mails; make another for a webhook')
      if (request.recipients !== undefined && row.url !== null)
        throw wrong('/recipients', 'this rule calls a webhook; make another for mails')
      const { recipients, ...plain } = request
      const members = recipients === undefined ? undefined : await membersOf(tx, orgId, recipients)
      const data = {
        ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
        ...(members === undefined ? {} : { recipients: members.map((member) => member.id) }),
      }
      await tx.notificationRule.update({ where: { id }, data })
      await this.#audit(tx, caller, 'notification.update', id, { fields: Object.keys(request) })
    })
    return (await this.get(orgId, id)).rule
  }

  /** @throws TalosError `not_found` */
  async get(orgId: string, id: string): Promise<LiveRule> {
    const [found] = await this.live({ orgId, id })
    if (found === undefined) throw noSuchRule(id)
    return found
  }

  /** @throws TalosError `not_found` */
  async remove(caller: OrgCaller, id: string): Promise<void> {
    await this.context.prisma.$transaction(async (tx) => {
      const { count } = await tx.notificationRule.deleteMany({ where: { id, orgId: caller.org.id } })
      if (count !== 1) throw noSuchRule(id)
      await this.#audit(tx, caller, 'notification.delete', id, {})
    })
  }

  #checkUrl(url: string | undefined): void {
    const refusal = url === undefined ? null : webhookRefusal(url, this.context.config.webhookOrigins)
    if (refusal !== null) throw wrong('/url', refusal)
  }

  #audit(
    tx: Tx,
    caller: OrgCaller,
    action: 'notification.create' | 'notification.update' | 'notification.delete',
    targetId: string,
    detail: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<void> {
    return this.context.audit.record(tx, {
      ...auditOf(caller),
      ...{ action, targetKind: 'notification_rule', targetId, outcome: 'success', detail },
    })
  }
}

const channelOf = ({ url }: Pick<Row, 'url'>) => (url === null ? 'mail' : 'webhook')

const toRule = (row: Row, members: readonly Member[]): NotificationRule => ({
  ...{ id: row.id, name: row.name, url: row.url, enabled: row.enabled, failure: row.failure },
  collectors: row.collectors.map((name) => healthCollectorSchema.parse(name)),
  minLevel: alertLevelSchema.parse(row.minLevel),
  channel: channelOf(row),
  recipients: row.recipients.flatMap((id) => members.find((member) => member.id === id)?.email ?? []),
  createdAt: row.createdAt.toISOString(),
  sentAt: row.sentAt?.toISOString() ?? null,
})

/** H8: what is of the whole installation is told by those who may see it. */
function mayWatch({ actor, org }: OrgCaller, collectors: readonly string[]): void {
  const system = collectors.find((name) => (SYSTEM_COLLECTORS as readonly string[]).includes(name))
  if (system === undefined) return
  if (actor.kind === 'user' && actor.permissionsIn(org.slug).has('view_system_audit_logs')) return
  throw new TalosError(
    'forbidden',
    `A rule on ${system} needs view_system_audit_logs: it tells of the whole installation.`,
  )
}

/** @throws TalosError `invalid_request` naming whoever is no member */
async function membersOf(tx: Tx, orgId: string, emails: readonly string[]): Promise<Member[]> {
  const unique = [...new Set(emails)]
  const users = await tx.user.findMany({
    where: { email: { in: unique }, memberships: { some: { orgId } } },
    select: { id: true, email: true },
  })
  const known = new Set(users.map(({ email }) => email))
  const stranger = unique.find((email) => !known.has(email))
  if (stranger !== undefined)
    throw wrong(`/recipients/${unique.indexOf(stranger)}`, `${stranger} is no member of this organisation`)
  return users
}
