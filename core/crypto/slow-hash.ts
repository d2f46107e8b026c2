/**
 * Argon2id for secrets of few bits and for enrollment tokens (A40). It runs on libuv's four threads, which files and DNS
 * need too: 32 verifies at once held a file stat back for over a second. So two at a time, a short queue, and a plain
 * refusal beyond it.
 * @module
 */
import argon2 from 'argon2'
import { TalosError } from '../../shared/errors.js'

/** OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane. 37 to 50 ms of one core. */
const OPTIONS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const AT_ONCE = 2
/** 16 waiting take under half a second. */
const WAITING = 16

export class SlowHash {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** @throws TalosError `unavailable` when too many wait already */
  hash(secret: string): Promise<string> {
    return this.#limited(() => argon2.hash(secret, OPTIONS))
  }

  /** @throws TalosError `unavailable` when too many wait already */
  verify(hash: string, secret: string): Promise<boolean> {
    return this.#limited(() => argon2.verify(hash, secret))
  }

  async #limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING)
        throw new TalosError('unavailable', 'Too many secrets are being checked. Try again in a second.', {
          retryAfterS: 1,
        })
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      return await work()
    } finally {
      // The place goes to the next in line, so that no newcomer can slip in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
