/**
 * Whose credentials are these? Asks the owner of the broker, and keeps who fails, spins or was cut too often from asking.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { Principal } from '../shared/principal.js'
import type { Clock } from '../shared/time.js'
import { ConnectRefused, connackOf, isSoundPrincipal, ownsClientId } from './admission.js'
import { BoundedMap } from './bounded-map.js'
import { attemptOf } from './client-certificate.js'
import { CONNACK } from './connect-packet.js'
import type { Authenticate, Credentials, Logger } from './contracts.js'
import type { Counters } from './counters.js'
import type { LimitName, Limits } from './limits.js'
import type { Attempt, Lockout } from './lockout.js'
import { Pace } from './pace.js'
import type { PenaltyBox } from './penalty-box.js'

/** Bound of what is remembered; the oldest goes first. */
const MAX_RATES = 50_000

export interface IdentifyOptions {
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly log: Logger
  readonly limits: Limits
  readonly lockout: Lockout
  readonly penalties: PenaltyBox
  readonly counters: Counters
}

const refused = (
  connack: ConnectRefused['connack'],
  code: ConstructorParameters<typeof TalosError>[0],
  username: string,
  why: string,
  more: { readonly principal?: Principal; readonly limit?: LimitName } = {},
) =>
  new ConnectRefused(
    connack,
    new TalosError(code, `CONNECT as ${username}: ${why}`),
    more.principal ?? null,
    more.limit ?? null,
  )

/** A certificate is what is right or wrong where there is one. */
const toAttempt = (credentials: Credentials): Attempt =>
  credentials.certificate === undefined
    ? credentials
    : { ...credentials, password: attemptOf(credentials.certificate) }

export class Identifier {
  /** How often each station, session and service connects. */
  readonly #rates = new BoundedMap<string, number>(MAX_RATES)
  readonly #pace: Pace

  constructor(readonly options: IdentifyOptions) {
    const { connectsPerMinute } = options.limits
    this.#pace = new Pace(connectsPerMinute / 60, connectsPerMinute)
  }

  /**
   * Each refusal counts against its address, a failure of ours does not.
   * @throws ConnectRefused
   */
  async identify(credentials: Credentials): Promise<Principal> {
    const { lockout, penalties } = this.options
    const { username, clientId } = credentials
    const attempt = toAttempt(credentials)
    if (!lockout.allows(attempt))
      throw refused(CONNACK.unavailable, 'rate_limited', username, 'too many failures; try again later.', {
        limit: 'failures',
      })
    const principal = await this.#ask(credentials)
    if (!ownsClientId(principal, clientId)) {
      lockout.failed(attempt)
      const why = `client id ${clientId} is another's.`
      throw refused(CONNACK.clientId, 'client_id_refused', username, why, { principal })
    }
    lockout.succeeded(attempt)
    const later = (why: string, limit: LimitName) =>
      refused(CONNACK.unavailable, 'rate_limited', username, `${why} too often; try again later.`, {
        principal,
        limit,
      })
    if (penalties.holds(principal)) throw later('cut', 'penalty')
    if (!this.#mayConnectAgain(principal)) throw later('connects', 'connects')
    return principal
  }

  async #ask(credentials: Credentials): Promise<Principal> {
    const { lockout, log } = this.options
    const { username, remoteAddress } = credentials
    let principal: Principal
    try {
      principal = Object.freeze({ ...(await this.#inTime(credentials)) })
    } catch (error) {
      const connack = connackOf(error)
      if (connack === CONNACK.unavailable) {
        log.error({ err: error, username, remoteAddress }, 'could not judge the credentials of a CONNECT')
        throw refused(connack, 'unavailable', username, 'the credentials could not be judged.')
      }
      lockout.failed(toAttempt(credentials))
      throw refused(
        connack,
        error instanceof TalosError ? error.code : 'bad_credentials',
        username,
        'refused.',
      )
    }
    if (isSoundPrincipal(principal)) return principal
    log.error(
      { principalKind: principal.kind, username },
      'authenticate returned ids that cannot stand in a topic',
    )
    throw refused(CONNACK.unavailable, 'internal', username, 'refused.')
  }

  /** B21: a client that connects and is cut, over and over, costs as much as one that fails. */
  #mayConnectAgain(principal: Principal): boolean {
    const key = principal.kind === 'user' ? principal.sessionId : principal.id
    const state = this.#rates.get(key) ?? Number.NEGATIVE_INFINITY
    const next = this.#pace.after(state, this.options.clock.monotonic())
    this.#rates.set(key, next ?? state)
    return next !== null
  }

  #inTime(credentials: Credentials): Promise<Principal> {
    const { authenticate, limits, counters } = this.options
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        counters.limited.authenticate_time++
        reject(new TalosError('unavailable', 'authenticate did not answer in time.'))
      }, limits.authenticateMs)
      authenticate(credentials)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })
  }
}
