/**
 * The address bar. Links are ordinary links; a plain click on one of ours changes the page without loading it anew.
 * @module
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import { parseRoute, type Route, takesSecret } from '../logic/route.js'

export class Router {
  readonly #route = signal<Route>({ page: 'unknown' })
  readonly #fragment = signal('')
  readonly #search = signal('')
  readonly #abort = new AbortController()

  get route(): ReadonlySignal<Route> {
    return this.#route
  }

  /** What stands behind the `?`: what a page shall begin with. */
  get search(): ReadonlySignal<string> {
    return this.#search
  }

  /** What stood behind the `#` of a page that takes a secret; it is no longer in the address bar (A18). */
  get fragment(): ReadonlySignal<string> {
    return this.#fragment
  }

  start(): void {
    const { signal } = this.#abort
    this.#read()
    // Also fired when a link to the same page with another fragment is pasted.
    addEventListener('popstate', () => this.#read(), { signal })
    document.addEventListener('click', (event) => this.#click(event), { signal })
  }

  stop(): void {
    this.#abort.abort()
  }

  go(path: string): void {
    history.pushState(null, '', path)
    this.#read()
    scrollTo(0, 0)
  }

  /** Forgets the secret once it has been used. */
  forget(): void {
    this.#fragment.value = ''
  }

  #read(): void {
    const route = parseRoute(location.pathname)
    const { hash } = location
    if (hash !== '' && takesSecret(route)) {
      history.replaceState(null, '', location.pathname + location.search)
      this.#fragment.value = hash
    } else if (route.page !== this.#route.peek().page) this.#fragment.value = ''
    this.#search.value = location.search
    this.#route.value = route
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== location.origin || parseRoute(link.pathname).page === 'unknown') return
    // A jump within the page is the browser's own business.
    if (link.pathname === location.pathname && link.hash !== '') return
    event.preventDefault()
    this.go(link.pathname + link.search + link.hash)
  }
}
