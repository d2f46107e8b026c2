/**
 * Which rights are outdated (R7): each change of a person's rights raises the epoch of the row and ends, by an event, what
 * is known of it here. So a token is compared with memory, and the database is asked once after each change.
 * @module
 */
import type { Context } from '../context.js'
import { isBarred } from './members.js'

interface Known {
  readonly epoch: number
  readonly disabledAt: Date | null
  readonly expiresAt: Date | null
}

export class Epochs {
  /** Null: there is no such person. */
  readonly #known = new Map<string, Known | null>()
  /** How many changes there were, so that a read that was under way in one of them is not kept. */
  #changes = 0
  #unsubscribe: readonly (() => void)[] = []

  constructor(private readonly context: Pick<Context, 'prisma' | 'clock' | 'events'>) {}

  start(): void {
    const { events } = this.context
    this.#unsubscribe = [
      events.on('account', ({ userId }) => this.#forget(userId)),
      events.on('ended', ({ userId }) => {
        if (userId !== undefined) this.#forget(userId)
      }),
    ]
  }

  stop(): void {
    for (const end of this.#unsubscribe) end()
  }

  #forget(userId: string): void {
    this.#changes += 1
    this.#known.delete(userId)
  }

  /** Is this still the epoch of a person who may sign in? */
  async isCurrent(userId: string, epoch: number): Promise<boolean> {
    const known = this.#known.get(userId)
    const user = known === undefined ? await this.#read(userId) : known
    return user !== null && user.epoch === epoch && !isBarred(user, this.context.clock.now())
  }

  async #read(userId: string): Promise<Known | null> {
    const before = this.#changes
    const user = await this.context.prisma.user.findUnique({
      where: { id: userId },
      select: { epoch: true, disabledAt: true, expiresAt: true },
    })
    if (before === this.#changes) this.#known.set(userId, user)
    return user
  }
}
