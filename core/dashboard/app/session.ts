/**
 * Who is signed in, in which organisation, and what that allows. The server decides all the same (W7).
 * @module
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { type Me, meResponse } from '../../../shared/api/auth.js'
import { TalosError } from '../../../shared/errors.js'
import type { Permission } from '../../../shared/permissions.js'
import type { Api } from '../api/client.js'
import { type Failure, failureOf } from '../logic/failure-text.js'

export type SessionState =
  | { readonly kind: 'loading' }
  /** `ended`: there was a session in this window, and it is over. */
  | { readonly kind: 'out'; readonly ended: boolean }
  | { readonly kind: 'in'; readonly me: Me }
  | { readonly kind: 'failed'; readonly failure: Failure }

const ORG_KEY = 'talos.org'
const NO_PERMISSIONS: ReadonlySet<Permission> = new Set()

export class Session {
  readonly #api: () => Api
  readonly #state = signal<SessionState>({ kind: 'loading' })
  readonly #channel = new BroadcastChannel('talos.session')
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

  /** Windows of one browser share a session: when another one signs in or out, this one follows. */
  start(): void {
    this.#channel.addEventListener('message', () => void this.load())
    void this.load()
  }

  stop(): void {
    this.#channel.close()
  }

  can(permission: Permission): boolean {
    return this.permissions.value.has(permission)
  }

  async load(): Promise<void> {
    try {
      this.#state.value = { kind: 'in', me: await this.#api().get('auth/me', meResponse) }
    } catch (error) {
      if (error instanceof TalosError && error.code === 'not_signed_in') this.signedOut()
      else this.#state.value = { kind: 'failed', failure: failureOf(error) }
    }
  }

  /** The server no longer knows this session. */
  signedOut(): void {
    const before = this.#state.peek()
    if (before.kind !== 'out') this.#state.value = { kind: 'out', ended: before.kind === 'in' }
  }

  /** A sign-in has just been confirmed in this window. */
  async entered(): Promise<void> {
    await this.load()
    this.#channel.postMessage('changed')
  }

  /** A person ended it: that is no news to report. */
  left(): void {
    this.#channel.postMessage('changed')
    this.#state.value = { kind: 'out', ended: false }
  }

  choose(org: string): void {
    localStorage.setItem(ORG_KEY, org)
    this.#chosen.value = org
  }
}
