/**
 * One request in flight: jobs run one after another, in the order in which they were asked for.
 * @module
 */

export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `job` when all before it are over, whatever became of them. */
  take<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(job)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when nothing is under way any more. */
  async over(): Promise<void> {
    await this.#last
  }
}
