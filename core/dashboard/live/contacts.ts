/**
 * The contacts that have not ended, and those that ended while this screen was open.
 * @module
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { type Contact, contactsResponse } from '../../../shared/api/contacts.js'
import { MINUTE } from '../../../shared/time.js'
import type { Api } from '../api/client.js'
import { allPages } from '../api/pages.js'
import { isOver, newer, running } from '../logic/contact-status.js'
import { failureOf } from '../logic/failure-text.js'
import type { Arrival } from '../logic/inbox.js'
import type { Loading } from './stations.js'

/** What ended stays in memory for this long. */
const KEEP_MS = 30 * MINUTE

export class Contacts {
  readonly #api: Api
  readonly #org: string
  readonly #now: () => number
  readonly #all = signal<ReadonlyMap<string, Contact>>(new Map())
  readonly #loading = signal<Loading>({ kind: 'loading' })

  readonly running = computed(() => running(this.#all.value.values()))

  constructor(api: Api, org: string, now: () => number) {
    this.#api = api
    this.#org = org
    this.#now = now
  }

  get all(): ReadonlySignal<ReadonlyMap<string, Contact>> {
    return this.#all
  }

  get loading(): ReadonlySignal<Loading> {
    return this.#loading
  }

  async load(): Promise<void> {
    try {
      this.#put(
        await allPages(this.#api, `orgs/${this.#org}/contacts`, contactsResponse, { open: true }),
        true,
      )
      this.#loading.value = { kind: 'ready' }
    } catch (error) {
      if (this.#loading.peek().kind !== 'ready')
        this.#loading.value = { kind: 'failed', failure: failureOf(error) }
    }
  }

  take(arrivals: readonly Arrival[]): void {
    const contacts = arrivals.flatMap((a) => (a.kind === 'contact' ? [a.contact] : []))
    if (contacts.length > 0) this.#put(contacts, false)
  }

  /** @param complete these are all open ones: an open one that is missing has ended unseen */
  #put(contacts: readonly Contact[], complete: boolean): void {
    const known = this.#all.peek()
    const next = new Map(complete ? [...known].filter(([, c]) => isOver(c)) : known)
    for (const contact of contacts) next.set(contact.id, newer(known.get(contact.id), contact))
    const oldest = this.#now() - KEEP_MS
    for (const [id, contact] of next) if (isOver(contact) && Date.parse(contact.los) < oldest) next.delete(id)
    this.#all.value = next
  }
}
