import type { Background } from './background.js'

/** In one write: its rows are made ready in one turn of the loop. */
const MAX_NOTES = 500

/**
 * Notes of which only the last by key counts, written in the background: while one write is under way the others
 * collect, so that many are one statement.
 */
export class Collected<V> {
  readonly #notes = new Map<string, V>()
  #isWriting = false

  constructor(
    private readonly name: string,
    private readonly background: Background,
    private readonly write: (notes: ReadonlyMap<string, V>) => Promise<unknown>,
  ) {}

  note(key: string, value: V): void {
    this.#notes.set(key, value)
    if (!this.#isWriting) this.#isWriting = this.background.run(this.name, () => this.#writeAll())
  }

  /** A write that fails is lost, and told by the background; the next note begins anew. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#notes.size > 0) {
        const notes = new Map([...this.#notes].slice(0, MAX_NOTES))
        for (const key of notes.keys()) this.#notes.delete(key)
        await this.write(notes)
      }
    } finally {
      this.#isWriting = false
    }
  }
}
