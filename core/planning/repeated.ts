/**
 * Work that is done again and again, never twice at once.
 * @module
 */
import type { Logger } from '../context.js'

export class Repeated {
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#once()
    }, this.everyMs)
    this.#timer.unref()
  }

  /** No more rounds; waits for the one under way. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  async #once(): Promise<void> {
    try {
      await this.work()
    } catch (error) {
      this.log.error({ err: error }, `${this.name} failed; it is tried again`)
    } finally {
      this.#running = null
    }
  }
}
