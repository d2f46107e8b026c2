/**
 * The person proves anew who they are, because core asks for it before an act (A12); then the act is repeated.
 * @module
 */
import { type ReadonlySignal, signal } from '@preact/signals'

export class StepUp {
  readonly #asking = signal(false)
  #waiting: ((proven: boolean) => void)[] = []

  /** Is the dialog open? */
  get asking(): ReadonlySignal<boolean> {
    return this.#asking
  }

  /** Opens the dialog; true once the person has proved it, false when they would rather not. */
  ask(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#asking.value = true
    })
  }

  /** One proof is enough for all acts that wait for it. */
  settle(proven: boolean): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#asking.value = false
    for (const resolve of waiting) resolve(proven)
  }
}
