/**
 * Each minute: ends idle sessions, and deletes rows that can answer nobody any more.
 * @module
 */
import { DAY, HOUR, MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'
import { ANSWER_KEPT_MS } from '../http/idempotency.js'
import type { Sessions } from './sessions.js'

const INTERVAL_MS = MINUTE
/** A24: a late poll still learns how it ended. */
const ENDED_LOGIN_MS = HOUR
/** Ended sessions are in the audit trail; the row is kept for a look back. */
const ENDED_SESSION_MS = 30 * DAY

/** A service that clears up after itself. */
export interface Sweeper {
  sweep(): Promise<void>
}

export class Sweep {
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: Context,
    private readonly sessions: Sessions,
    private readonly sweepers: readonly Sweeper[],
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.run().catch((error: unknown) =>
        this.context.log.error({ err: error }, 'the sweep failed; it is tried again in a minute'),
      )
    }, INTERVAL_MS)
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
    const now = clock.now()
    await this.sessions.endIdle()
    const older = (ms: number) => ({ lt: new Date(now - ms) })
    await prisma.session.deleteMany({ where: { expiresAt: older(ENDED_SESSION_MS) } })
    await prisma.signInLink.deleteMany({ where: { expiresAt: older(ENDED_LOGIN_MS) } })
    await prisma.deviceLogin.deleteMany({ where: { expiresAt: older(ENDED_LOGIN_MS) } })
    await prisma.idempotentAnswer.deleteMany({ where: { createdAt: older(ANSWER_KEPT_MS) } })
    for (const sweeper of this.sweepers) await sweeper.sweep()
  }
}
