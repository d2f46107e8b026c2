/**
 * The live layer of one organisation: the link to the bus, the inbox behind it, and the stores that it feeds.
 * @module
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { mqttTicketResponse } from '../../../shared/api/auth.js'
import { MINUTE, SECOND } from '../../../shared/time.js'
import type { Api } from '../api/client.js'
import { Inbox } from '../logic/inbox.js'
import { type LinkStatus, LiveLink } from '../logic/live-link.js'
import type { Hearing } from '../logic/station-status.js'
import { connect, type Ticket } from './connect.js'
import { Contacts } from './contacts.js'
import { Stations } from './stations.js'

/** Stations speak at 4 Hz at most; drawing more often shows nothing new. */
const FLUSH_MS = 200
/** Records change seldom; the bus tells the rest. */
const RELOAD_MS = 1 * MINUTE
const UNKNOWN_STATION_MS = 2 * SECOND

export interface BusDeps {
  readonly api: Api
  readonly org: string
  /** May this person read live data at all (B27)? */
  readonly live: boolean
  readonly now: () => number
  readonly onSignedOut: () => void
}

/** Waits; ends early when `signal` aborts. */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

export class Bus {
  readonly stations: Stations
  readonly contacts: Contacts
  readonly #deps: BusDeps
  readonly #inbox: Inbox
  readonly #link: LiveLink<Ticket>
  readonly #status = signal<LinkStatus>({ kind: 'off' })
  readonly #refused = signal(0)
  /** Null while the link is down; then `#heardUntil` says when it ended. */
  readonly #liveSince = signal<number | null>(null)
  readonly #heardUntil = signal<number | null>(null)
  readonly #abort = new AbortController()
  #timers: ReturnType<typeof setInterval>[] = []
  #soon: ReturnType<typeof setTimeout> | undefined

  constructor(deps: BusDeps) {
    this.#deps = deps
    this.stations = new Stations(deps.api, deps.org)
    this.contacts = new Contacts(deps.api, deps.org, deps.now)
    this.#inbox = new Inbox(deps.org)
    this.#link = new LiveLink<Ticket>({
      ticket: () => deps.api.post('auth/mqtt-ticket', mqttTicketResponse, { org: deps.org }),
      open: (ticket) =>
        connect(ticket, deps.org, (topic, payload) => this.#inbox.put(topic, payload, deps.now())),
      now: deps.now,
      random: Math.random,
      wait,
      onStatus: (status) => this.#onStatus(status),
      onSignedOut: deps.onSignedOut,
    })
  }

  get status(): ReadonlySignal<LinkStatus> {
    return this.#status
  }

  /** Messages that broke their schema and were not believed. */
  get refused(): ReadonlySignal<number> {
    return this.#refused
  }

  /** When this screen has listened, for judging what it has not heard. Reads signals. */
  hearing(now: number): Hearing {
    const since = this.#liveSince.value
    const until = since === null ? (this.#heardUntil.value ?? now) : now
    return { since: since ?? until, until }
  }

  start(): void {
    void this.reload()
    if (this.#deps.live) this.#link.start()
    this.#timers = [
      setInterval(() => this.#flush(), FLUSH_MS),
      setInterval(() => void this.reload(), RELOAD_MS),
    ]
    addEventListener('online', () => this.retry(), { signal: this.#abort.signal })
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    for (const timer of this.#timers) clearInterval(timer)
    clearTimeout(this.#soon)
    await this.#link.stop()
  }

  /** Reads the records of stations and contacts anew. */
  async reload(): Promise<void> {
    await Promise.all([this.stations.load(), this.contacts.load()])
  }

  retry(): void {
    this.#link.retry()
    void this.reload()
  }

  #onStatus(status: LinkStatus): void {
    const back = status.kind === 'live' && this.#status.peek().kind !== 'live'
    const lost = status.kind !== 'live' && this.#status.peek().kind === 'live'
    this.#status.value = status
    if (back) this.#liveSince.value = this.#deps.now()
    if (lost) {
      this.#liveSince.value = null
      this.#heardUntil.value = this.#deps.now()
    }
    // What changed while nobody listened, of contacts or of who has control, is not told again.
    if (back) void this.reload()
  }

  #flush(): void {
    if (this.#inbox.isEmpty) return
    batch(() => {
      const arrivals = this.#inbox.take()
      this.contacts.take(arrivals)
      if (this.stations.take(arrivals)) this.#reloadSoon()
      this.#refused.value = this.#inbox.refused
    })
  }

  #reloadSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      void this.stations.load()
    }, UNKNOWN_STATION_MS)
  }
}
