/**
 * What lies over the page and belongs to none: the command palette, the list of keys. One at a time.
 * @module
 */
import { type ReadonlySignal, signal } from '@preact/signals'

export type OverlayKind = 'none' | 'palette' | 'help'

export class Overlay {
  readonly #shown = signal<OverlayKind>('none')

  get shown(): ReadonlySignal<OverlayKind> {
    return this.#shown
  }

  show(kind: OverlayKind): void {
    this.#shown.value = kind
  }

  close(): void {
    this.#shown.value = 'none'
  }
}
