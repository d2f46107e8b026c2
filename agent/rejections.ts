/**
 * Answers to messages that are refused before they are believed. Bounded: garbage must not make the agent shout.
 * @module
 */
import { type ErrorCode, TalosError } from '../shared/errors.js'
import type { Ack } from '../shared/messages.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import { peek } from './admission.js'
import type { Log } from './log.js'

/** More refusals than this in a window are counted and no longer answered. */
const MOST_ANSWERS = 50
const WINDOW_MS = 10 * SECOND

export class Rejections {
  /** Messages refused since the start. */
  count = 0
  #windowAt = Number.NEGATIVE_INFINITY
  #answered = 0

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly ack: (ack: Ack) => void,
  ) {}

  /** A message whose text could not be believed; it is answered when it has an id to answer to. */
  unbelieved(jws: string, cause: unknown): void {
    const error = cause instanceof TalosError ? cause : new TalosError('internal', String(cause))
    const from = peek(jws)
    if (from === null) this.#note(error.code, error.detail, 'unreadable')
    else this.refuse(from.jti, from.op, error.code, error.detail)
  }

  /** G5: refused, counted, logged, answered. */
  refuse(jti: string, op: string, code: ErrorCode, detail: string, about: Partial<Ack> = {}): void {
    if (!this.#note(code, detail, jti)) return
    this.ack({
      ts: iso(this.clock.now()),
      jti,
      op,
      result: 'rejected',
      code,
      detail: detail.slice(0, 500),
      ...about,
    })
  }

  /** True while answers may be given. */
  #note(code: ErrorCode, detail: string, what: string): boolean {
    this.count += 1
    const now = this.clock.monotonic()
    if (now - this.#windowAt > WINDOW_MS) {
      this.#windowAt = now
      this.#answered = 0
    }
    this.#answered += 1
    if (this.#answered > MOST_ANSWERS) return false
    this.log.warn('a message was refused', { code, detail, message: what, refused: this.count })
    return true
  }
}
