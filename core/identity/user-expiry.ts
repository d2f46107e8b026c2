/**
 * E22: people whose time is over are disabled, never deleted, and everything of theirs ends in the same transaction.
 *
 * R6 goes before: whoever is the last to manage the users of an organisation does not expire. The date is taken away a
 * little before it comes, so that nobody is shut out meanwhile, and core warns.
 * @module
 */
import { MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { auditOf } from '../http/caller.js'
import { holdLock } from '../locks.js'
import type { AccountEnd } from './account-end.js'
import type { Accounts } from './accounts.js'
import { managedBy, unmanaged } from './last-manager.js'

const INTERVAL_MS = MINUTE
/** Two rounds: one may fail. */
const AHEAD_MS = 2 * INTERVAL_MS
const EXPIRY = { actor: { kind: 'system', id: 'user-expiry' } } as const

export class UserExpiry {
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: Context,
    private readonly accounts: Pick<Accounts, 'disableWithin'>,
    private readonly accountEnd: Pick<AccountEnd, 'announce'>,
  ) {}

  /** The first round is waited for: core may have been down when somebody's time was over. */
  async start(): Promise<void> {
    const round = () => {
      this.#running = this.run().catch((error: unknown) =>
        this.context.log.error({ err: error }, 'ending expired people failed; it is tried again in a minute'),
      )
    }
    round()
    await this.#running
    this.#timer = setInterval(round, INTERVAL_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  /** One round. */
  async run(): Promise<void> {
    const { prisma, clock } = this.context
    const due = await prisma.user.findMany({
      where: { disabledAt: null, expiresAt: { lte: new Date(clock.now() + AHEAD_MS) } },
      select: { id: true },
      orderBy: { expiresAt: 'asc' },
    })
    for (const { id } of due) await this.#one(id)
  }

  async #one(id: string): Promise<void> {
    const { prisma, clock } = this.context
    const ending = await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'rights')
      const user = await tx.user.findUnique({ where: { id }, include: { memberships: true } })
      // Somebody may have decided otherwise since the list was read.
      if (user === null || user.disabledAt !== null || user.expiresAt === null) return null
      const { expiresAt } = user
      // A moment before the end, when the person still counts among those who manage.
      const managed = await managedBy(tx, id, new Date(expiresAt.getTime() - 1))
      const orphans = await unmanaged(tx, managed, expiresAt)
      if (orphans.length > 0) return await this.#withhold(tx, user, orphans)
      if (expiresAt.getTime() > clock.now()) return null
      return (await this.accounts.disableWithin(tx, user, EXPIRY, 'user.expire')).ending
    })
    if (ending === null) this.context.events.emit('account', { userId: id })
    else this.accountEnd.announce(ending, 'user.expire')
  }

  async #withhold(
    tx: Tx,
    { id, email, expiresAt }: { id: string; email: string; expiresAt: Date | null },
    orphans: readonly { readonly id: string; readonly slug: string }[],
  ): Promise<null> {
    const { audit, log } = this.context
    await tx.user.update({ where: { id }, data: { expiresAt: null } })
    const detail = { email, expiresAt: expiresAt?.toISOString() ?? null }
    for (const org of orphans)
      await audit.record(tx, {
        ...auditOf(EXPIRY),
        ...{ orgId: org.id, action: 'user.expiry_withheld', targetKind: 'user', targetId: id },
        outcome: 'denied',
        detail,
      })
    const orgs = orphans.map(({ slug }) => slug).join(', ')
    log.warn(
      { userId: id, orgs },
      'a person does not expire: nobody else manages the users there. Make somebody else an administrator or owner, then set the date again',
    )
    return null
  }
}
