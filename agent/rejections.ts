/**
 * Refusals: counted, logged, answered. Answers to messages that nobody of ours has signed, and the log, are bounded:
 * garbage must not make the agent shout.
 * @module
 */
import { type ErrorCode, TalosError } from '../shared/errors.js'
import type { Ack } from '../shared/messages.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import { peek } from './admission.js'
import type { Log } from './log.js'

/** More than this in a window is counted and no longer told. */
const MOST_TOLD = 50
const WINDOW_MS = 10 * SECOND

export class Rejections {
  /** Messages refused since the start. */
  count = 0
  #windowAt = Number.NEGATIVE_INFINITY
  #inWindow = 0

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly ack: (ack: Ack) => void,
  ) {}

  /** A message whose text could not be believed; answered, within bounds, when it has an id to answer to. */
  unbelieved(jws: string, cause: unknown): void {
    const error = cause instanceof TalosError ? cause : new TalosError('internal', String(cause))
    const from = peek(jws)
    const isTold = this.#note(error.code, error.detail, from?.jti ?? 'unreadable')
    if (isTold && from !== null) this.#answer(from.jti, from.op, error.code, error.detail)
  }

  /** G5: a signed message that must not be heeded; always answered, for somebody waits. */
  refuse(jti: string, op: string, code: ErrorCode, detail: string, about: Partial<Ack> = {}): void {
    this.#note(code, detail, jti)
    this.#answer(jti, op, code, detail, about)
  }

  #answer(jti: string, op: string, code: ErrorCode, detail: string, about: Partial<Ack> = {}): void {
    const ts = iso(this.clock.now())
    this.ack({ ts, jti, op, result: 'rejected', code, detail: detail.slice(0, 500), ...about })
  }

  /** True while it may be told. */
  #note(code: ErrorCode, detail: string, message: string): boolean {
    this.count += 1
    const now = this.clock.monotonic()
    if (now - this.#windowAt > WINDOW_MS) {
      this.#windowAt = now
      this.#inWindow = 0
    }
    this.#inWindow += 1
    if (this.#inWindow > MOST_TOLD) return false
    this.log.warn('a message was refused', { code, detail, message, refused: this.count })
    return true
  }
}
