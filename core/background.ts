/**
 * Work that no reply waits for: mails, last-use times. Bounded, logged when it fails, waited for at the end.
 * @module
 */
import type { Logger } from './ports.js'

export class Background {
  readonly #running = new Set<Promise<void>>()

  constructor(
    private readonly log: Logger,
    private readonly limit: number,
  ) {}

  /** Starts the work after the current turn of the event loop; false when too much is under way already. */
  run(name: string, work: () => Promise<unknown>): boolean {
    if (this.#running.size >= this.limit) {
      this.log.warn({ name }, 'too much work in the background; one piece was left out')
      return false
    }
    const task = new Promise((resolve) => setImmediate(resolve))
      .then(work)
      .then(
        () => undefined,
        (error: unknown) => this.log.error({ err: error, name }, 'work in the background failed'),
      )
      .finally(() => this.#running.delete(task))
    this.#running.add(task)
    return true
  }

  /** Waits for all that is under way. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}
