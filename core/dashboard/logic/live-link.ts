/**
 * The connection to the bus: a fresh ticket, one CONNECT, one subscription, and again from the start when it ends (W11).
 * Knows neither MQTT nor the browser; both come in.
 * @module
 */
import { TalosError } from '../../../shared/errors.js'
import { backoff } from './backoff.js'

export type LinkStatus =
  | { readonly kind: 'off' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `at`: when the next attempt is, epoch ms. `why`: what ended the last one. */
  | { readonly kind: 'waiting'; readonly at: number; readonly why: string }
  /** Refused for good with the rights that this person has. */
  | { readonly kind: 'refused'; readonly why: string }

export interface Connection {
  /** Settles when the connection has ended, with a few words why. Never rejects. */
  readonly ended: Promise<string>
  close(): void
}

export interface LinkDeps<Ticket> {
  /** @throws TalosError `not_signed_in` when the session is over, `forbidden` without view_telemetry. */
  readonly ticket: () => Promise<Ticket>
  /** Connects and subscribes; rejects when either is refused. */
  readonly open: (ticket: Ticket) => Promise<Connection>
  readonly now: () => number
  readonly random: () => number
  /** Waits; ends early when `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onStatus: (status: LinkStatus) => void
  /** 401: the person must sign in again. */
  readonly onSignedOut: () => void
}

/** A connection that held this long was a good one: the next failure starts from a short wait again. */
const GOOD_AFTER_MS = 10_000

const message = (error: unknown): string => (error instanceof TalosError ? error.detail : String(error))

export class LiveLink<Ticket> {
  readonly #deps: LinkDeps<Ticket>
  #stop: AbortController | null = null
  #nudge: AbortController | null = null
  #done: Promise<void> = Promise.resolve()

  constructor(deps: LinkDeps<Ticket>) {
    this.#deps = deps
  }

  start(): void {
    if (this.#stop !== null) return
    const stop = new AbortController()
    this.#stop = stop
    this.#done = this.#run(stop.signal)
  }

  /** Ends the connection and waits until nothing of it is left. */
  async stop(): Promise<void> {
    this.#stop?.abort()
    this.#stop = null
    this.#nudge?.abort()
    await this.#done
  }

  /** Tries at once instead of waiting: the network is back, or a person asked for it. */
  retry(): void {
    this.#nudge?.abort()
  }

  async #run(stopped: AbortSignal): Promise<void> {
    for (let failures = 0; !stopped.aborted; ) {
      this.#deps.onStatus({ kind: 'connecting' })
      const startedAt = this.#deps.now()
      const end = await this.#once(stopped)
      if (stopped.aborted) break
      if (end.final) {
        this.#deps.onStatus(end.signedOut ? { kind: 'off' } : { kind: 'refused', why: end.why })
        if (end.signedOut) this.#deps.onSignedOut()
        return
      }
      if (end.opened && this.#deps.now() - startedAt > GOOD_AFTER_MS) failures = 0
      const pause = backoff(failures++, this.#deps.random())
      this.#deps.onStatus({ kind: 'waiting', at: this.#deps.now() + pause, why: end.why })
      this.#nudge = new AbortController()
      await this.#deps.wait(pause, this.#nudge.signal)
    }
    this.#deps.onStatus({ kind: 'off' })
  }

  async #once(stopped: AbortSignal): Promise<End> {
    try {
      const ticket = await this.#deps.ticket()
      if (stopped.aborted) return { ...LOST, why: '' }
      const connection = await this.#deps.open(ticket)
      if (stopped.aborted) connection.close()
      stopped.addEventListener('abort', () => connection.close(), { once: true })
      if (!stopped.aborted) this.#deps.onStatus({ kind: 'live' })
      return { ...LOST, opened: true, why: await connection.ended }
    } catch (error) {
      const code = error instanceof TalosError ? error.code : null
      const signedOut = code === 'not_signed_in'
      return { ...LOST, final: signedOut || code === 'forbidden', signedOut, why: message(error) }
    }
  }
}

interface End {
  readonly opened: boolean
  readonly final: boolean
  readonly signedOut: boolean
  readonly why: string
}
const LOST = { opened: false, final: false, signedOut: false }
