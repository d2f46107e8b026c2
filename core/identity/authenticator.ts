/**
 * Who stands behind an HTTP request: a cookie, an API token, the access token of a command line, or the key of a station
 * or of the director.
 * @module
 */
import type { FastifyRequest } from 'fastify'
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import { type Actor, ANONYMOUS, type OrgRef, type SessionActor } from '../http/actor.js'
import { sessionCookie } from '../http/cookies.js'
import type { Authenticator } from '../http/guard.js'
import type { AccessTokens } from './access-tokens.js'
import type { ApiTokens } from './api-tokens.js'
import type { KeySuccession } from './key-succession.js'
import type { MachineKeys } from './machine-keys.js'
import type { Sessions } from './sessions.js'

/** What can prove who somebody is. */
export interface Provers {
  readonly sessions: Sessions
  readonly tokens: ApiTokens
  readonly access: AccessTokens
  readonly keys: MachineKeys
  readonly succession: KeySuccession
}

/** How a JWT begins: `{"` in base64url. */
const JWT = 'eyJ'

export class RequestAuthenticator implements Authenticator {
  constructor(
    private readonly context: Context,
    private readonly provers: Provers,
  ) {}

  /**
   * A Bearer goes before a cookie. Wrong, unknown, expired and revoked are one answer (B16); a station that may do nothing
   * is told why.
   * @throws TalosError `not_signed_in`, `principal_revoked`, `station_locked`
   */
  async authenticate(request: FastifyRequest): Promise<Actor> {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const actor = await this.#byBearer(authorization, request.ip)
      if (actor === null)
        throw new TalosError('not_signed_in', 'The credential in the Authorization header is not accepted.')
      return actor
    }
    const secret = sessionCookie(request)
    return (secret === undefined ? null : await this.provers.sessions.resolve(secret)) ?? ANONYMOUS
  }

  async acted(actor: SessionActor): Promise<void> {
    await this.provers.sessions.acted(actor)
  }

  async #byBearer(authorization: string, address: string): Promise<Actor | null> {
    const [scheme, text, ...rest] = authorization.split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || text === undefined || rest.length > 0) return null
    const { tokens, access, keys, succession } = this.provers
    if (text.startsWith('gsa_')) return await tokens.resolve(text)
    if (text.startsWith(JWT)) return await access.resolve(text)
    const key = await keys.prove(text)
    if (key === null) return null
    const refusal = keys.refusalOf(key)
    if (refusal !== null) {
      if (refusal.code !== 'bad_credentials') throw refusal
      if (key.kind === 'station') succession.reused(key, address)
      return null
    }
    keys.used(key)
    return key.kind === 'service'
      ? { kind: 'service', id: 'svc_director' }
      : {
          kind: 'station',
          id: key.row.station.id,
          org: key.row.station.org.slug,
          keyId: key.row.keyId,
        }
  }

  async visibleOrg(actor: Actor, slug: string): Promise<OrgRef | null> {
    if (actor.kind === 'user') return actor.memberships.find(({ org }) => org.slug === slug)?.org ?? null
    if (actor.kind !== 'service') return null
    return await this.context.prisma.org.findUnique({
      where: { slug },
      select: { id: true, slug: true, name: true },
    })
  }
}
