/**
 * Who is signed in, in which organisation, and what that allows. The server decides all the same (W7).
 * @module
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { z } from 'zod'
import { type Me, meResponse } from '../../../shared/api/auth.js'
import { sessionEndsResponse } from '../../../shared/api/sign-in.js'
import { TalosError } from '../../../shared/errors.js'
import type { Permission } from '../../../shared/permissions.js'
import { type Api, nothing } from '../api/client.js'
import { type Failure, failureOf } from '../logic/failure-text.js'

export type SessionState =
  | { readonly kind: 'loading' }
  /** `ended`: there was a session in this window, and it is over. */
  | { readonly kind: 'out'; readonly ended: boolean }
  | { readonly kind: 'in'; readonly me: Me }
  | { readonly kind: 'failed'; readonly failure: Failure }

type SessionEnds = z.infer<typeof sessionEndsResponse>

const ORG_KEY = 'talos.org'
const NO_PERMISSIONS: ReadonlySet<Permission> = new Set()

export class Session {
  readonly #api: () => Api
  readonly #state = signal<SessionState>({ kind: 'loading' })
  readonly #channel = new BroadcastChannel('talos.session')
  #doubting: Promise<void> | null = null
  readonly #chosen = signal(localStorage.getItem(ORG_KEY))

  readonly me = computed(() => (this.#state.value.kind === 'in' ? this.#state.value.me : null))
  readonly membership = computed(() => {
    const all = this.me.value?.memberships ?? []
    return all.find((m) => m.org === this.#chosen.value) ?? all[0] ?? null
  })
  readonly org = computed(() => this.membership.value?.org ?? null)
  readonly permissions = computed<ReadonlySet<Permission>>(() => {
    const membership = this.membership.value
    return membership === null ? NO_PERMISSIONS : new Set(membership.permissions)
  })

  constructor(api: () => Api) {
    this.#api = api
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state
  }

  /** Windows of one browser share a session: what is done in another one counts here. */
  start(): void {
    this.#channel.addEventListener('message', ({ data }) => {
      const ends = sessionEndsResponse.safeParse(data)
      if (ends.success) this.#extend(ends.data)
      else void this.load()
    })
    void this.load()
  }

  stop(): void {
    this.#channel.close()
  }

  /** Asks anew who is signed in. */
  readonly retry = (): void => void this.load()

  can(permission: Permission): boolean {
    return this.permissions.value.has(permission)
  }

  async load(): Promise<void> {
    try {
      this.#state.value = { kind: 'in', me: await this.#api().get('auth/me', meResponse) }
    } catch (error) {
      if (error instanceof TalosError && error.code === 'not_signed_in') this.#signedOut()
      else this.#state.value = { kind: 'failed', failure: failureOf(error) }
    }
  }

  /**
   * An answer said that nobody is signed in. It may have been on its way while the session got a new cookie, so that is
   * asked once more. True when the session goes on.
   */
  async doubt(): Promise<boolean> {
    if (this.#state.peek().kind !== 'in') return false
    this.#doubting ??= this.load().finally(() => {
      this.#doubting = null
    })
    await this.#doubting
    return this.#state.peek().kind === 'in'
  }

  /** The person was there: core has told until when the session lives now. */
  extended(ends: SessionEnds): void {
    this.#extend(ends)
    this.#channel.postMessage(ends)
  }

  #extend(ends: SessionEnds): void {
    const state = this.#state.peek()
    if (state.kind === 'in') this.#state.value = { kind: 'in', me: { ...state.me, ...ends } }
  }

  /** The server no longer knows this session. */
  #signedOut(): void {
    const before = this.#state.peek()
    if (before.kind !== 'out') this.#state.value = { kind: 'out', ended: before.kind === 'in' }
  }

  /** A sign-in has just been confirmed in this window. */
  async entered(): Promise<void> {
    await this.load()
    this.#channel.postMessage('changed')
  }

  /** A person ends it: that is no news to report. Whatever core answers, this window shows nothing more. */
  async leave(): Promise<void> {
    await this.#api()
      .post('auth/logout', nothing)
      .catch(() => undefined)
    this.left()
  }

  /** The person has ended it. */
  left(): void {
    this.#channel.postMessage('changed')
    this.#state.value = { kind: 'out', ended: false }
  }

  choose(org: string): void {
    localStorage.setItem(ORG_KEY, org)
    this.#chosen.value = org
  }
}
