/**
 * Tells core that the person is there (A12): a session whose person does nothing for an hour ends, however much this page
 * reads by itself.
 * @module
 */
import { sessionEndsResponse } from '../../../shared/api/sign-in.js'
import { MINUTE } from '../../../shared/time.js'
import type { Api } from '../api/client.js'
import type { Session } from './session.js'

/** Core notes it no more exactly than this. */
const TELL_MS = MINUTE
const ACTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

export class Activity {
  readonly #abort = new AbortController()
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly api: Api,
    private readonly session: Session,
    private readonly now: () => number,
  ) {}

  start(): void {
    const options = { signal: this.#abort.signal, passive: true, capture: true }
    for (const act of ACTS) addEventListener(act, () => this.tell(), options)
  }

  stop(): void {
    this.#abort.abort()
  }

  /** Something was done; told at most once a minute. */
  tell(): void {
    if (this.session.me.peek() === null || this.now() - this.#toldAt < TELL_MS) return
    this.#toldAt = this.now()
    this.api
      .post('auth/active', sessionEndsResponse)
      .then((ends) => this.session.extended(ends))
      // A line that is down is told elsewhere; the next act tells it again.
      .catch(() => {
        this.#toldAt = Number.NEGATIVE_INFINITY
      })
  }
}
