/**
 * Argon2id for secrets of few bits and for enrollment tokens (A40). It runs on libuv's four threads, which files and DNS
 * need too: 32 verifies at once held a file stat back for over a second. So two at a time, a short queue, and a plain
 * refusal beyond it. Who issues and who redeems stand in two queues that are served in turn: strangers redeem.
 * @module
 */
import argon2 from 'argon2'
import { TalosError } from '../../shared/errors.js'

/** OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane. 37 to 50 ms of one core. */
const OPTIONS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const AT_ONCE = 2
/** In each queue; 16 waiting take under half a second. */
const WAITING = 16

type Queue = (() => void)[]

export class SlowHash {
  #running = 0
  readonly #issuing: Queue = []
  readonly #checking: Queue = []
  #isIssuersTurn = true
  #isListed = false

  /** @throws TalosError `unavailable` when too many wait already */
  hash(secret: string): Promise<string> {
    return this.#limited(this.#issuing, () => argon2.hash(secret, OPTIONS))
  }

  /**
   * The hashes of many secrets, in their order. Each stands in line like any other, so that whoever comes meanwhile waits
   * for two of them and not for all. 500 take over ten seconds.
   * @throws TalosError `unavailable` while another such list is worked on
   */
  async hashAll(secrets: readonly string[]): Promise<string[]> {
    if (this.#isListed)
      throw new TalosError('unavailable', 'Another roster is being worked on. Try again in a minute.', {
        retryAfterS: 30,
      })
    this.#isListed = true
    try {
      const hashes: string[] = []
      const left = secrets.entries()
      const work = async () => {
        for (const [at, secret] of left)
          hashes[at] = await this.#limited(this.#issuing, () => argon2.hash(secret, OPTIONS), true)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return hashes
    } finally {
      this.#isListed = false
    }
  }

  /** @throws TalosError `unavailable` when too many wait already */
  verify(hash: string, secret: string): Promise<boolean> {
    return this.#limited(this.#checking, () => argon2.verify(hash, secret))
  }

  async #limited<T>(queue: Queue, work: () => Promise<T>, isPatient = false): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (queue.length >= WAITING && !isPatient)
        throw new TalosError('unavailable', 'Too many secrets are being checked. Try again in a second.', {
          retryAfterS: 1,
        })
      await new Promise<void>((resolve) => queue.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      return await work()
    } finally {
      // The place goes to the next in line, so that no newcomer can slip in between.
      const next = this.#next()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  #next(): (() => void) | undefined {
    const [first, second] = this.#isIssuersTurn
      ? [this.#issuing, this.#checking]
      : [this.#checking, this.#issuing]
    this.#isIssuersTurn = !this.#isIssuersTurn
    return first.shift() ?? second.shift()
  }
}
