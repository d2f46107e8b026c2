/**
 * Locks out who fails to connect again and again (B21). The secrets are too long to guess, so this spares the database
 * and the log, and must not become a way to keep others out:
 * - failures count per name and address; a station with a stale key locks out itself, not its neighbours behind the
 *   same NAT. All names of one address together have a higher bound.
 * - who was let in before passes: the name through the lock-out of its address, the very credentials through any. Both
 *   are judged afresh. So a neighbour that spends the failures of a station does not keep it out for ever.
 * - a lock-out ends by itself; attempts meanwhile neither count nor extend it (A46).
 * It is answered with CONNACK 3, «later», not with 4 or 5: a right key must not be told that it is wrong.
 * @module
 */
import { hash, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Clock } from '../shared/time.js'
import { BoundedMap } from './bounded-map.js'
import type { Limits } from './limits.js'

interface Failures {
  count: number
  /** Monotonic ms. */
  readonly since: number
  lockedUntil: number
}

export interface Attempt {
  readonly remoteAddress: string
  readonly username: string
  readonly password: string
  readonly clientId: string
}

/** Bounds of what is remembered; the oldest goes first. */
const MAX_SOURCES = 20_000
const MAX_GOOD = 50_000

/** One customer has a whole /64 of IPv6, so that is one address here. */
export function addressBlock(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  if (!plain.includes(':') || !isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('%')[0]?.split('::') ?? []
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length)
  const groups = [...front, ...Array.from({ length: gap }, () => '0'), ...back]
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}

/**
 * All tickets share one user name, so the client id belongs to the name; without its counter, or each would be new.
 */
const nameOf = (block: string, { username, clientId }: Attempt) =>
  `${block} ${username} ${clientId.replace(/:[0-9]+$/, '')}`

export class Lockout {
  readonly #failures = new BoundedMap<string, Failures>(MAX_SOURCES)
  /** Of each name that was let in the digest of the secret with which it was. */
  readonly #good = new BoundedMap<string, string>(MAX_GOOD)
  readonly #key = randomBytes(32).toString('base64')

  constructor(
    readonly limits: Limits,
    readonly clock: Clock,
    /** Does this address stand for many clients? Then only its names are locked out. */
    readonly isShared: (remoteAddress: string) => boolean,
  ) {}

  /** May this attempt be judged? */
  allows(attempt: Attempt): boolean {
    const block = addressBlock(attempt.remoteAddress)
    const name = nameOf(block, attempt)
    const nameLocked = this.#isLocked(name)
    if (!nameLocked && !this.#isLocked(block)) return true
    return nameLocked ? this.#wasGood(name, attempt) : this.#good.has(name)
  }

  failed(attempt: Attempt): void {
    const block = addressBlock(attempt.remoteAddress)
    const name = nameOf(block, attempt)
    if (this.#wasGood(name, attempt)) this.#good.delete(name)
    this.#count(name, this.limits.failures)
    if (!this.isShared(attempt.remoteAddress)) this.#count(block, this.limits.failuresPerAddress)
  }

  succeeded(attempt: Attempt): void {
    const name = nameOf(addressBlock(attempt.remoteAddress), attempt)
    this.#failures.delete(name)
    this.#good.set(name, this.#digest(attempt))
  }

  #wasGood(name: string, attempt: Attempt): boolean {
    const digest = this.#good.get(name)
    return digest !== undefined && digest === this.#digest(attempt)
  }

  #isLocked(key: string): boolean {
    return (this.#failures.get(key)?.lockedUntil ?? 0) > this.clock.monotonic()
  }

  #count(key: string, limit: number): void {
    const now = this.clock.monotonic()
    const known = this.#failures.get(key)
    const entry =
      known === undefined || now - known.since > this.limits.failureWindowMs
        ? { count: 0, since: now, lockedUntil: 0 }
        : known
    entry.count++
    if (entry.count >= limit) {
      entry.lockedUntil = now + this.limits.lockoutMs
      entry.count = 0
    }
    this.#failures.set(key, entry)
  }

  /** Under a key that dies with the process: what is kept here opens nothing. */
  #digest({ password }: Attempt): string {
    return hash('sha256', `${this.#key} ${password}`, 'base64')
  }
}
