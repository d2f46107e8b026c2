/**
 * A stop goes before everything else: it does not wait for what a job still means to ask, only for the one request that
 * is in flight. Whoever speaks on a line offers each gap between two requests to it.
 * @module
 */

interface Asker {
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

export class Stops {
  #askers: Asker[] = []
  #wanted = 0

  /** A stop is wanted and has not been said yet. */
  get isWanted(): boolean {
    return this.#askers.length > 0
  }

  /** How many have been wanted so far: whoever finds more than before was asked for before a stop. */
  get wanted(): number {
    return this.#wanted
  }

  /** Wants a stop. Resolves when the controller has taken it, rejects with why it has not. */
  want(): Promise<void> {
    this.#wanted += 1
    return new Promise((resolve, reject) => this.#askers.push({ resolve, reject }))
  }

  /** Says the stop by `how` when one is wanted, once for all who want it; they hear what came of it, nobody else. */
  async say(how: () => Promise<unknown>): Promise<void> {
    if (!this.isWanted) return
    const askers = this.#askers
    this.#askers = []
    try {
      await how()
      for (const { resolve } of askers) resolve()
    } catch (cause) {
      for (const { reject } of askers) reject(cause)
    }
  }
}
