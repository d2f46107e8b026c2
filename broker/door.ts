/**
 * The way in. Until a client has a name nothing of it reaches Aedes, so no packet can overtake its own CONNECT (P2),
 * hold a socket for ever (P8) or fill the memory (P12).
 * @module
 */
import type { Duplex } from 'node:stream'
import { TalosError } from '../shared/errors.js'
import type { Principal } from '../shared/principal.js'
import type { Clock } from '../shared/time.js'
import {
  ConnectRefused,
  connackOf,
  fitsCut,
  isSoundPrincipal,
  judgeForm,
  judgeWill,
  type OfflineState,
  ownsClientId,
} from './admission.js'
import type { Rights } from './authorize.js'
import { BoundedMap } from './bounded-map.js'
import { CONNACK, type ConnackCode, encodeConnack } from './connect-packet.js'
import type { Authenticate, ConnectionMeta, Credentials, CutMatch, Logger } from './contracts.js'
import type { Counters } from './counters.js'
import type { LimitName, Limits } from './limits.js'
import { addressBlock, type Lockout } from './lockout.js'
import type { PenaltyBox } from './penalty-box.js'
import { readConnect, StreamEnded } from './read-connect.js'
import type { Refusals } from './refusals.js'
import { TokenBucket } from './token-bucket.js'

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
  readonly block: string
  /** What was cut while its credentials were being judged. */
  readonly cuts: CutMatch[]
}

export interface DoorOptions {
  readonly authenticate: Authenticate
  /** What a principal may do. */
  readonly rights: (principal: Principal) => Rights
  readonly clock: Clock
  readonly log: Logger
  readonly limits: Limits
  readonly lockout: Lockout
  readonly penalties: PenaltyBox
  readonly refusals: Refusals
  readonly counters: Counters
  /** Does this address stand for many clients, so that no limit per address holds for it? */
  readonly isShared: (remoteAddress: string) => boolean
  /** Which limit of the machine keeps newcomers out just now, or null. */
  readonly overload: () => LimitName | null
  /** Called in the same turn in which the last judgement was made. May throw ConnectRefused. */
  readonly enter: (admitted: Admitted) => void
}

/** Bound of what is remembered; the oldest goes first. */
const MAX_RATES = 50_000

export class Door {
  readonly #visitors = new Set<Visitor>()
  /** How often each station, session and service connects. */
  readonly #rates = new BoundedMap<string, TokenBucket>(MAX_RATES)

  constructor(readonly options: DoorOptions) {}

  get pending(): number {
    return this.#visitors.size
  }

  /** Lets a stranger in or sends it away. Never rejects. */
  async admit(stream: Duplex, meta: ConnectionMeta): Promise<void> {
    const { limits, counters, enter } = this.options
    const block = addressBlock(meta.remoteAddress)
    const full = this.#full(block, meta.remoteAddress)
    if (full !== null) {
      counters.refuse('connect', 'no_room')
      counters.limited[full]++
      stream.destroy()
      return
    }
    const visitor: Visitor = { stream, block, cuts: [] }
    this.#visitors.add(visitor)
    const leave = () => this.#visitors.delete(visitor)
    stream.once('close', leave)
    // B21: CONNECT within 10 s.
    const deadline = setTimeout(() => {
      counters.refuse('connect', 'timeout')
      counters.limited.connect_time++
      stream.destroy()
    }, limits.connectMs)
    try {
      const connect = judgeForm(await readConnect(stream, limits.connectBytes), limits)
      clearTimeout(deadline)
      this.#refuseWhenOverloaded(connect.username)
      const credentials: Credentials = {
        username: connect.username,
        password: connect.password,
        clientId: connect.clientId,
        remoteAddress: meta.remoteAddress,
        transport: meta.transport,
        ...(meta.upgrade === undefined ? {} : { upgrade: meta.upgrade }),
      }
      const principal = await this.#identify(credentials)
      const rights = this.options.rights(principal)
      const will = judgeWill(principal, rights, connect.will, limits)
      const until = this.#judgeTime(principal, meta)
      // A right that ended while its credential was being judged: ask again, the answer will be the new one.
      if (visitor.cuts.some((match) => fitsCut(match, principal)))
        throw new ConnectRefused(
          CONNACK.unavailable,
          new TalosError('unavailable', 'CONNECT: the rights changed meanwhile; connect again.'),
          principal,
        )
      if (stream.destroyed || stream.readableEnded) throw new StreamEnded('the peer went away')
      const { clientId, keepaliveS } = connect
      enter({ stream, meta, principal, rights, clientId, keepaliveS, will, until })
      stream.off('close', leave)
      leave()
    } catch (error) {
      clearTimeout(deadline)
      this.#sendAway(stream, meta, error)
    }
  }

  /** Tells those who are still at the door that these rights have ended. */
  noteCut(match: CutMatch): void {
    for (const visitor of this.#visitors) visitor.cuts.push(match)
  }

  /** Sends everybody away. */
  close(): void {
    for (const { stream } of this.#visitors) stream.destroy()
  }

  /** The limit that one more visitor would break, or null. */
  #full(block: string, remoteAddress: string): LimitName | null {
    const { pending, pendingPerAddress } = this.options.limits
    if (this.#visitors.size >= pending) return 'pending'
    if (this.#visitors.size < pendingPerAddress || this.options.isShared(remoteAddress)) return null
    let same = 0
    for (const visitor of this.#visitors) if (visitor.block === block) same++
    return same < pendingPerAddress ? null : 'pending_per_address'
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

  /** Whose credentials are these? Each refusal counts against its address, a failure of ours does not. */
  async #identify(credentials: Credentials): Promise<Principal> {
    const { lockout, log } = this.options
    const { username, clientId, remoteAddress } = credentials
    if (!lockout.allows(credentials))
      throw new ConnectRefused(
        CONNACK.unavailable,
        new TalosError('rate_limited', `CONNECT as ${username}: too many failures; try again later.`),
        null,
        'failures',
      )
    let principal: Principal
    try {
      principal = Object.freeze({ ...(await this.#authenticateInTime(credentials)) })
    } catch (error) {
      const connack = connackOf(error)
      if (connack === CONNACK.unavailable) {
        log.error({ err: error, username, remoteAddress }, 'could not judge the credentials of a CONNECT')
        throw new ConnectRefused(
          connack,
          new TalosError('unavailable', `CONNECT as ${username}: the credentials could not be judged.`),
        )
      }
      lockout.failed(credentials)
      const code = error instanceof TalosError ? error.code : 'bad_credentials'
      throw new ConnectRefused(connack, new TalosError(code, `CONNECT as ${username}: refused.`))
    }
    if (!isSoundPrincipal(principal)) {
      log.error(
        { principalKind: principal.kind, username },
        'authenticate returned ids that cannot stand in a topic',
      )
      throw new ConnectRefused(
        CONNACK.unavailable,
        new TalosError('internal', `CONNECT as ${username}: refused.`),
      )
    }
    if (!ownsClientId(principal, clientId)) {
      lockout.failed(credentials)
      throw new ConnectRefused(
        CONNACK.clientId,
        new TalosError('client_id_refused', `CONNECT as ${username}: client id ${clientId} is another's.`),
        principal,
      )
    }
    lockout.succeeded(credentials)
    if (this.options.penalties.holds(principal))
      throw new ConnectRefused(
        CONNACK.unavailable,
        new TalosError('rate_limited', `CONNECT as ${username}: cut too often; try again later.`),
        principal,
        'penalty',
      )
    if (!this.#mayConnectAgain(principal))
      throw new ConnectRefused(
        CONNACK.unavailable,
        new TalosError('rate_limited', `CONNECT as ${username}: too often; try again later.`),
        principal,
        'connects',
      )
    return principal
  }

  /** B21: a client that connects and is cut, over and over, costs as much as one that fails. */
  #mayConnectAgain(principal: Principal): boolean {
    const { connectsPerMinute } = this.options.limits
    const key = principal.kind === 'user' ? principal.sessionId : principal.id
    const now = this.options.clock.monotonic()
    const bucket = this.#rates.get(key) ?? new TokenBucket(connectsPerMinute / 60, connectsPerMinute, now)
    this.#rates.set(key, bucket)
    return bucket.take(now)
  }

  async #authenticateInTime(credentials: Credentials): Promise<Principal> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.options.counters.limited.authenticate_time++
        reject(new TalosError('unavailable', 'authenticate did not answer in time.'))
      }, this.options.limits.authenticateMs)
    })
    try {
      return await Promise.race([this.options.authenticate(credentials), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** B18: until when may it stay? */
  #judgeTime(principal: Principal, meta: ConnectionMeta): number {
    const until = Math.min(
      principal.kind === 'user' ? principal.until : Number.POSITIVE_INFINITY,
      meta.until ?? Number.POSITIVE_INFINITY,
    )
    if (until > this.options.clock.now()) return until
    throw new ConnectRefused(
      CONNACK.notAuthorized,
      new TalosError('principal_revoked', 'CONNECT: the session has ended.'),
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
