/**
 * Look-ups by key that are asked for at the same time, as one question: a fleet that comes back at once must not be
 * thousands of round trips. Nothing is remembered: every answer comes from a question that was put after it was asked
 * for, so what was revoked before is never taken for good (B18).
 * @module
 */

/** Questions under way at once; one more is collected meanwhile. */
const MAX_RUNNING = 4
/** Keys in one question: all who asked are answered in one turn of the loop, and go on in it. */
const MAX_KEYS = 64

interface Asked<V> {
  readonly key: string
  readonly resolve: (value: V | null) => void
  readonly reject: (error: unknown) => void
}

export class Batched<V> {
  #asked: Asked<V>[] = []
  #running = 0
  #isDue = false

  /** `find` answers for distinct keys; what it leaves out does not exist. */
  constructor(private readonly find: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>) {}

  /** Rejects as `find` does, for all that were asked for with it. */
  get(key: string): Promise<V | null> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ key, resolve, reject })
      this.#schedule()
    })
  }

  /** At the end of the turn, so that all of the turn come along. */
  #schedule(): void {
    if (this.#isDue || this.#running >= MAX_RUNNING || this.#asked.length === 0) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      void this.#run(this.#asked.splice(0, MAX_KEYS))
      this.#schedule()
    })
  }

  async #run(asked: readonly Asked<V>[]): Promise<void> {
    this.#running++
    try {
      const found = await this.find([...new Set(asked.map(({ key }) => key))])
      for (const { key, resolve } of asked) resolve(found.get(key) ?? null)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    } finally {
      this.#running--
      this.#schedule()
    }
  }
}
