/**
 * Who waits for a turn: one line for each source, and the sources take turns. So a source with a thousand in line delays
 * its own, not the one who comes alone (B21).
 */
export class WaitingRoom<T> {
  /** Sources with somebody in line; the first is the next. */
  readonly #lines = new Map<string, Set<T>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** How many of this source wait. */
  sizeOf(source: string): number {
    return this.#lines.get(source)?.size ?? 0
  }

  /** To the end of the line of its source. */
  join(source: string, item: T): void {
    const line = this.#lines.get(source)
    if (line === undefined) this.#lines.set(source, new Set([item]))
    else if (line.has(item)) return
    else line.add(item)
    this.#size++
  }

  /** Takes the next one out, or returns null. */
  next(): T | null {
    for (const [source, line] of this.#lines) {
      for (const item of line) {
        line.delete(item)
        this.#size--
        // Behind the other sources.
        this.#lines.delete(source)
        if (line.size > 0) this.#lines.set(source, line)
        return item
      }
    }
    return null
  }

  /** False when it was not waiting. */
  leave(source: string, item: T): boolean {
    const line = this.#lines.get(source)
    if (line?.delete(item) !== true) return false
    this.#size--
    if (line.size === 0) this.#lines.delete(source)
    return true
  }

  *[Symbol.iterator](): Generator<T> {
    for (const line of this.#lines.values()) yield* line
  }
}
