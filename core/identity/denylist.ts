/**
 * JWTs that ended before their time (A14): in the database, so that a restart forgets none, and in memory, so that a
 * request costs no look there. An entry lives until its token would have ended by itself.
 * @module
 */
import type { Context, Tx } from '../context.js'

export class Denylist {
  readonly #until = new Map<string, number>()
  #unsubscribe: () => void = () => undefined

  constructor(private readonly context: Pick<Context, 'prisma' | 'clock' | 'events'>) {}

  async start(): Promise<void> {
    const { prisma, clock, events } = this.context
    this.#unsubscribe = events.on('denied', ({ id, until }) => {
      this.#until.set(id, until)
    })
    const rows = await prisma.deniedToken.findMany({ where: { expiresAt: { gt: new Date(clock.now()) } } })
    for (const { id, expiresAt } of rows) this.#until.set(id, expiresAt.getTime())
  }

  stop(): void {
    this.#unsubscribe()
  }

  /** Stores the entry with the change that ends the token; `announce` it after the commit. */
  async deny(tx: Tx, id: string, until: number): Promise<void> {
    const expiresAt = new Date(until)
    await tx.deniedToken.upsert({ where: { id }, create: { id, expiresAt }, update: { expiresAt } })
  }

  announce(id: string, until: number): void {
    this.context.events.emit('denied', { id, until })
  }

  /** `id`: a jti, or the sid of all tokens of a command line. */
  has(id: string): boolean {
    return this.#until.has(id)
  }

  /** Forgets what has ended by itself. Run each minute. */
  async sweep(): Promise<void> {
    const { prisma, clock } = this.context
    const now = clock.now()
    for (const [id, until] of this.#until) if (until <= now) this.#until.delete(id)
    await prisma.deniedToken.deleteMany({ where: { expiresAt: { lte: new Date(now) } } })
  }
}
