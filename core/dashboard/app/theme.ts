/**
 * Dark or light: what the system says, until the person says otherwise.
 * @module
 */
import { type ReadonlySignal, signal } from '@preact/signals'

export type ThemeChoice = 'system' | 'dark' | 'light'
const CHOICES: readonly ThemeChoice[] = ['system', 'dark', 'light']
const KEY = 'talos.theme'

export class Theme {
  readonly #choice = signal<ThemeChoice>('system')
  /** Raised by each change, for what is painted and not styled. */
  readonly #version = signal(0)

  get choice(): ReadonlySignal<ThemeChoice> {
    return this.#choice
  }

  get version(): ReadonlySignal<number> {
    return this.#version
  }

  start(): void {
    const kept = CHOICES.find((c) => c === localStorage.getItem(KEY))
    this.choose(kept ?? 'system')
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#changed())
  }

  choose(choice: ThemeChoice): void {
    this.#choice.value = choice
    if (choice === 'system') {
      localStorage.removeItem(KEY)
      delete document.documentElement.dataset['theme']
    } else {
      localStorage.setItem(KEY, choice)
      document.documentElement.dataset['theme'] = choice
    }
    this.#changed()
  }

  #changed(): void {
    this.#version.value++
  }
}
