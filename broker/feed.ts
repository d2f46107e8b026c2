import type { Logger } from './contracts.js'

/** Listeners inside the process. One that throws or rejects is logged and harms neither the others nor the bus (P10). */
export class Feed<T> {
  readonly #listeners = new Set<(value: T) => unknown>()

  constructor(
    readonly name: string,
    readonly log: Logger,
  ) {}

  /** Returns what takes the listener off again. */
  add(listener: (value: T) => unknown): () => void {
    // A wrapper, so that one function may listen twice and each be taken off by itself.
    const entry = (value: T) => listener(value)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        const result = listener(value)
        if (result instanceof Promise) result.catch((error: unknown) => this.#failed(error))
      } catch (error) {
        this.#failed(error)
      }
    }
  }

  #failed(error: unknown): void {
    this.log.error({ err: error }, `a listener of ${this.name} failed`)
  }
}
