/**
 * Locks out who fails to prove who they are again and again (A46), for programs of guesses that stay below the rate
 * limits. It must not become a way to keep others out, so failures count where they come from and never at the account
 * that they aim at:
 * - of a browser in which somebody has signed in here before: at that browser, whatever its address;
 * - of any other: at its address (one IPv6 /64);
 * - of somebody who is signed in: at the session.
 * Successes neither count nor forgive; attempts during a lock-out do not extend it.
 * @module
 */

import { BoundedMap } from '../../broker/bounded-map.js'
import { addressBlock } from '../../broker/lockout.js'
import { TalosError } from '../../shared/errors.js'
import { type Clock, MINUTE, SECOND } from '../../shared/time.js'

export const MAX_FAILURES = 10
export const FAILURE_WINDOW_MS = 5 * MINUTE
export const LOCK_OUT_MS = 15 * MINUTE
/** Bound of what is remembered; the oldest goes first. */
const MAX_SOURCES = 20_000

/** Where the failures of an attempt count. */
export type Source =
  | { readonly kind: 'browser'; readonly id: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'session'; readonly id: string }

const keyOf = (source: Source): string =>
  source.kind === 'address' ? `address ${addressBlock(source.address)}` : `${source.kind} ${source.id}`

interface Failures {
  readonly count: number
  /** Monotonic ms. */
  readonly since: number
  /** Monotonic ms; 0 when it is not locked out. */
  readonly lockedUntil: number
}

export class LockOut {
  readonly #failures = new BoundedMap<string, Failures>(MAX_SOURCES)

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /**
   * Runs an attempt. Only what `isFailure` says counts; an outage of ours is nobody's guess.
   * @throws TalosError `rate_limited` during a lock-out, without having tried
   */
  async attempt<T>(
    source: Source,
    isFailure: (error: TalosError) => boolean,
    work: () => Promise<T>,
  ): Promise<T> {
    this.#check(source)
    try {
      return await work()
    } catch (error) {
      if (error instanceof TalosError && isFailure(error)) this.#failed(source)
      throw error
    }
  }

  #check(source: Source): void {
    const left = (this.#failures.get(keyOf(source))?.lockedUntil ?? 0) - this.clock.monotonic()
    if (left <= 0) return
    const retryAfterS = Math.ceil(left / SECOND)
    const minutes = Math.ceil(left / MINUTE)
    throw new TalosError('rate_limited', `Too many failed attempts. Try again in ${minutes} min.`, {
      retryAfterS,
    })
  }

  #failed(source: Source): void {
    const key = keyOf(source)
    const now = this.clock.monotonic()
    const known = this.#failures.get(key)
    // Attempts that were under way when the lock fell do not extend it.
    if (known !== undefined && known.lockedUntil > now) return
    const isStale = known === undefined || known.lockedUntil > 0 || now - known.since > FAILURE_WINDOW_MS
    const since = isStale ? now : known.since
    const count = isStale ? 1 : known.count + 1
    this.#failures.set(key, { count, since, lockedUntil: count >= MAX_FAILURES ? now + LOCK_OUT_MS : 0 })
  }
}
