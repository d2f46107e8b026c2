/**
 * The way in. Until a client has a name nothing of it reaches Aedes, so no packet can overtake its own CONNECT (P2),
 * hold a socket for ever (P8) or fill the memory (P12). Newcomers wait for their turn unread, at a rate and fairly by
 * address; the live ones go first.
 * @module
 */
import type { Duplex } from 'node:stream'
import { TalosError } from '../shared/errors.js'
import type { Principal } from '../shared/principal.js'
import { ConnectRefused, fitsCut, judgeForm, judgeWill, type OfflineState } from './admission.js'
import type { Rights } from './authorize.js'
import { CONNACK, type ConnackCode, encodeConnack } from './connect-packet.js'
import type { ConnectionMeta, Credentials, CutMatch } from './contracts.js'
import { Identifier, type IdentifyOptions } from './identify.js'
import type { LimitName } from './limits.js'
import { addressBlock } from './lockout.js'
import { readConnect, StreamEnded } from './read-connect.js'
import type { Refusals } from './refusals.js'
import { Turnstile } from './turnstile.js'

export interface Admitted {
  readonly stream: Duplex
  readonly meta: ConnectionMeta
  readonly principal: Principal
  readonly rights: Rights
  readonly clientId: string
  readonly keepaliveS: number
  readonly will: OfflineState | null
  /** Epoch ms at which it must end; Infinity is never. */
  readonly until: number
}

interface Visitor {
  readonly stream: Duplex
  readonly meta: ConnectionMeta
  readonly block: string
  /** B21: so long until its CONNECT is whole, the wait for its turn included. */
  readonly deadline: NodeJS.Timeout
  /** Monotonic ms at which its turn came. */
  since: number
  /** What was cut while its credentials were being judged; null before. */
  cuts: CutMatch[] | null
}

export interface DoorOptions extends IdentifyOptions {
  /** What a principal may do. */
  readonly rights: (principal: Principal) => Rights
  readonly refusals: Refusals
  /** Does this address stand for many clients, so that no limit per address holds for it? */
  readonly isShared: (remoteAddress: string) => boolean
  /** Which limit of the machine keeps newcomers out just now, or null. */
  readonly overload: () => LimitName | null
  /** Called in the same turn in which the last judgement was made. May throw ConnectRefused. */
  readonly enter: (admitted: Admitted) => void
}

/** The CONNECT of an honest client is there when its turn comes, or one way of a satellite link later. */
const SILENT_MS = 2000

export class Door {
  readonly #turnstile: Turnstile<Visitor>
  readonly #identifier: Identifier
  /** Those whose CONNECT is being read or judged, in the order in which they came to it. */
  readonly #visitors = new Set<Visitor>()
  readonly #perBlock = new Map<string, number>()

  constructor(readonly options: DoorOptions) {
    const { clock, limits } = options
    this.#identifier = new Identifier(options)
    this.#turnstile = new Turnstile({
      clock,
      perSecond: limits.connectsPerSecond,
      burst: limits.connectBurst,
      hasRoom: () => this.#visitors.size < limits.pending || this.#makeRoom(),
      letIn: (visitor) => void this.#receive(visitor),
    })
  }

  /** Sockets that are not let in yet. */
  get pending(): number {
    return this.#turnstile.waiting + this.#visitors.size
  }

  /** Lets a stranger in or sends it away, when its turn comes. */
  admit(stream: Duplex, meta: ConnectionMeta): void {
    const block = addressBlock(meta.remoteAddress)
    const full = this.#full(block, meta.remoteAddress)
    if (full !== null) {
      this.#turnAway(stream, full)
      return
    }
    const visitor: Visitor = {
      ...{ stream, meta, block, since: 0, cuts: null },
      deadline: setTimeout(() => this.#late(stream, 'connect_time'), this.options.limits.connectMs),
    }
    stream.once('close', () => this.#leave(visitor))
    this.#turnstile.join(block, visitor)
  }

  /** Tells those who are being judged that these rights have ended. */
  noteCut(match: CutMatch): void {
    for (const { cuts } of this.#visitors) cuts?.push(match)
  }

  /** Sends everybody away. */
  close(): void {
    this.#turnstile.close()
    for (const { stream } of [...this.#visitors, ...this.#turnstile.items()]) stream.destroy()
  }

  /** Its turn has come. Never rejects. */
  async #receive(visitor: Visitor): Promise<void> {
    const { stream, meta } = visitor
    const { limits, enter, clock } = this.options
    visitor.since = clock.monotonic()
    this.#visitors.add(visitor)
    this.#count(visitor.block, 1)
    try {
      const connect = judgeForm(
        await readConnect(stream, limits.connectBytes),
        limits,
        meta.certificate !== undefined,
      )
      clearTimeout(visitor.deadline)
      this.#refuseWhenOverloaded(connect.username)
      const { username, password, clientId, keepaliveS } = connect
      const { certificate, ...kept } = meta
      const { remoteAddress, transport, upgrade } = meta
      const credentials: Credentials = {
        ...{ username, password, clientId, remoteAddress, transport },
        ...(upgrade === undefined ? {} : { upgrade }),
        ...(certificate === undefined ? {} : { certificate }),
      }
      const cuts: CutMatch[] = []
      visitor.cuts = cuts
      const principal = await this.#identifier.identify(credentials)
      const rights = this.options.rights(principal)
      const will = judgeWill(principal, rights, connect.will, limits)
      const until = this.#judgeTime(principal, meta)
      // A right that ended while its credential was being judged: ask again, the answer will be the new one.
      if (cuts.some((match) => fitsCut(match, principal)))
        throw new ConnectRefused(
          CONNACK.unavailable,
          new TalosError('unavailable', 'CONNECT: the rights changed meanwhile; connect again.'),
          principal,
        )
      if (stream.destroyed || stream.readableEnded) throw new StreamEnded('the peer went away')
      enter({ stream, meta: kept, principal, rights, clientId, keepaliveS, will, until })
      this.#leave(visitor)
    } catch (error) {
      this.#sendAway(stream, meta, error)
    }
  }

  #leave(visitor: Visitor): void {
    clearTimeout(visitor.deadline)
    if (this.#visitors.delete(visitor)) this.#count(visitor.block, -1)
    else this.#turnstile.leave(visitor.block, visitor)
  }

  #count(block: string, by: number): void {
    const count = (this.#perBlock.get(block) ?? 0) + by
    if (count > 0) this.#perBlock.set(block, count)
    else this.#perBlock.delete(block)
  }

  /** The limit that one more visitor would break, or null. */
  #full(block: string, remoteAddress: string): LimitName | null {
    const { waiting, waitingPerAddress, pendingPerAddress } = this.options.limits
    if (this.#turnstile.waiting >= waiting) return 'waiting'
    if (this.options.isShared(remoteAddress)) return null
    if (this.#turnstile.waitingOf(block) >= waitingPerAddress) return 'waiting_per_address'
    return (this.#perBlock.get(block) ?? 0) < pendingPerAddress ? null : 'pending_per_address'
  }

  /** All places are taken: one that has been silent for long gives up its own to those who wait. */
  #makeRoom(): boolean {
    const before = this.options.clock.monotonic() - SILENT_MS
    for (const visitor of this.#visitors) {
      if (visitor.since > before) break
      if (visitor.cuts !== null) continue
      this.#leave(visitor)
      this.#late(visitor.stream, 'pending')
      return true
    }
    return false
  }

  #late(stream: Duplex, limit: LimitName): void {
    this.options.counters.refuse('connect', 'timeout')
    this.options.counters.limited[limit]++
    stream.destroy()
  }

  #turnAway(stream: Duplex, limit: LimitName): void {
    this.options.counters.refuse('connect', 'no_room')
    this.options.counters.limited[limit]++
    stream.destroy()
  }

  /** Before anything is looked up: who is in keeps being served, who is not can come later. */
  #refuseWhenOverloaded(username: string): void {
    const limit = this.options.overload()
    if (limit === null) return
    const error = new TalosError(
      'unavailable',
      `CONNECT as ${username}: overloaded (${limit}); try again later.`,
    )
    throw new ConnectRefused(CONNACK.unavailable, error, null, limit)
  }

  /** B18: until when may it stay? */
  #judgeTime(principal: Principal, meta: ConnectionMeta): number {
    const until = Math.min(
      principal.kind === 'service' ? Number.POSITIVE_INFINITY : (principal.until ?? Number.POSITIVE_INFINITY),
      meta.until ?? Number.POSITIVE_INFINITY,
    )
    if (until > this.options.clock.now()) return until
    throw new ConnectRefused(
      CONNACK.notAuthorized,
      new TalosError('principal_revoked', 'CONNECT: the session or the credential has ended.'),
      principal,
    )
  }

  #sendAway(stream: Duplex, meta: ConnectionMeta, error: unknown): void {
    const { counters, refusals, log } = this.options
    if (error instanceof StreamEnded) {
      counters.connectsAbandoned++
      stream.destroy()
      return
    }
    const refused =
      error instanceof ConnectRefused
        ? error
        : error instanceof TalosError
          ? new ConnectRefused(null, error, null, error.code === 'payload_too_large' ? 'connect_bytes' : null)
          : new ConnectRefused(CONNACK.unavailable, new TalosError('internal', 'CONNECT: something broke.'))
    if (refused !== error && refused.error.code === 'internal')
      log.error({ err: error }, 'a CONNECT could not be handled')
    if (refused.limit !== null) counters.limited[refused.limit]++
    refusals.report({
      kind: 'connect',
      code: refused.error.code,
      detail: refused.error.detail,
      remoteAddress: meta.remoteAddress,
      ...(refused.principal === null
        ? {}
        : { principalId: refused.principal.id, principalKind: refused.principal.kind }),
      ...(refused.principal === null || refused.principal.kind === 'service'
        ? {}
        : { org: refused.principal.org }),
    })
    this.#answer(stream, refused.connack)
  }

  /** Writes the CONNACK and gives it a moment to arrive; what the peer still says is thrown away. */
  #answer(stream: Duplex, connack: ConnackCode | null): void {
    if (connack === null || stream.destroyed) {
      stream.destroy()
      return
    }
    const linger = setTimeout(() => stream.destroy(), this.options.limits.lingerMs)
    stream.once('close', () => clearTimeout(linger))
    stream.end(encodeConnack(connack))
    stream.resume()
  }
}
