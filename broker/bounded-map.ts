/** A map that forgets its oldest entry when it is full: what strangers make us remember must have an end (B24). */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>()

  constructor(readonly max: number) {}

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  /** Sets the entry and makes it the newest. */
  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    const oldest = this.#entries.keys().next()
    if (this.#entries.size > this.max && oldest.done !== true) this.#entries.delete(oldest.value)
  }

  values(): Iterable<V> {
    return this.#entries.values()
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }
}
