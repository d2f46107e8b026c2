/** Counters by name, for metrics. Names are made by the program, never from the wire. */
export class Counters {
  readonly #counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
  }

  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
