/**
 * Who is cut again and again for what it says must wait before it may come back: a client that spins on a denied
 * publish costs a CONNECT, a look-up and a line in the audit trail each time.
 * @module
 */
import type { Principal } from '../shared/principal.js'
import type { Clock } from '../shared/time.js'
import { BoundedMap } from './bounded-map.js'
import type { EndReason } from './contracts.js'
import type { Limits } from './limits.js'

interface Strikes {
  count: number
  /** Monotonic ms. */
  readonly since: number
  heldUntil: number
}

/** Bound of what is remembered; the oldest goes first. Only who has a valid key is remembered at all. */
const MAX_STRUCK = 20_000
const STRIKING: ReadonlySet<EndReason> = new Set(['denied', 'rate_limited'])

/** Tabs of a session share its fate, and nobody else does. */
const keyOf = (principal: Principal) => (principal.kind === 'user' ? principal.sessionId : principal.id)

export class PenaltyBox {
  readonly #strikes = new BoundedMap<string, Strikes>(MAX_STRUCK)

  constructor(
    readonly limits: Limits,
    readonly clock: Clock,
  ) {}

  /** A connection of this principal has ended. */
  note(principal: Principal, reason: EndReason): void {
    if (!STRIKING.has(reason)) return
    const { penaltyStrikes, penaltyWindowMs, penaltyMs } = this.limits
    const now = this.clock.monotonic()
    const key = keyOf(principal)
    const known = this.#strikes.get(key)
    const entry =
      known === undefined || now - known.since > penaltyWindowMs
        ? { count: 0, since: now, heldUntil: 0 }
        : known
    entry.count++
    if (entry.count >= penaltyStrikes) entry.heldUntil = now + penaltyMs
    this.#strikes.set(key, entry)
  }

  /** Must it wait? */
  holds(principal: Principal): boolean {
    return (this.#strikes.get(keyOf(principal))?.heldUntil ?? 0) > this.clock.monotonic()
  }

  /** A station that was revoked, or enrolled anew, begins without a record. */
  forget(principalId: string): void {
    this.#strikes.delete(principalId)
  }
}
