/**
 * Hears the keys that work everywhere while somebody is signed in.
 * @module
 */
import { PAGES } from '../logic/route.js'
import { hear } from '../logic/shortcuts.js'
import { goals } from './destinations.js'
import type { Overlay } from './overlay.js'
import type { Router } from './router.js'
import type { Session } from './session.js'

const FIELDS = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]'

const isTyping = (target: EventTarget | null): boolean => target instanceof Element && target.matches(FIELDS)

export class Keys {
  readonly #abort = new AbortController()
  #leader: number | null = null

  constructor(
    private readonly router: Router,
    private readonly session: Session,
    private readonly overlay: Overlay,
  ) {}

  start(): void {
    document.addEventListener('keydown', (event) => this.#press(event), { signal: this.#abort.signal })
  }

  stop(): void {
    this.#abort.abort()
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || this.session.org.peek() === null) return
    const { key, ctrlKey: ctrl, metaKey: meta, altKey: alt } = event
    const typing = isTyping(event.target)
    const { asked, leader } = hear({ key, ctrl, meta, alt, typing, at: Date.now() }, this.#leader)
    this.#leader = leader
    if (asked.kind === 'nothing') return
    // A dialog is about one thing; only its own keys work in it. The palette closes by the key that opened it.
    if (document.querySelector('dialog[open]') !== null) {
      if (asked.kind !== 'palette' || this.overlay.shown.peek() !== 'palette') return
      event.preventDefault()
      this.overlay.close()
      return
    }
    if (asked.kind === 'search') {
      const field = document.querySelector<HTMLInputElement>('main input[type=search]')
      if (field === null) return
      event.preventDefault()
      field.focus()
      field.select()
      return
    }
    event.preventDefault()
    if (asked.kind !== 'go') this.overlay.show(asked.kind)
    else if (goals(this.session).some(({ page }) => page === asked.page)) this.router.go(PAGES[asked.page])
  }
}
