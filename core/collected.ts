import type { Background } from './background.js'

/**
 * Notes of which only the last by key counts, written in the background: while one write is under way the others
 * collect, so that many are one statement.
 */
export class Collected<V> {
  #notes = new Map<string, V>()
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
        const notes = this.#notes
        this.#notes = new Map()
        await this.write(notes)
      }
    } finally {
      this.#isWriting = false
    }
  }
}
