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
import type { RouteAccess } from '../http/route.js'
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

/** The password of HTTP Basic (RFC 7617), or null; the user name says nothing. */
function basicPassword(authorization: string): string | null {
  const [, encoded] = /^basic ([A-Za-z0-9+/=]{1,400})$/i.exec(authorization) ?? []
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : text.slice(colon + 1)
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
      const takesBasic = request.routeOptions.config.basicAuth === true
      const token = takesBasic ? basicPassword(authorization) : null
      const actor =
        token === null
          ? await this.#byBearer(authorization, request.ip)
          : await this.#byCalendarToken(token, request.routeOptions.config.permission)
      if (actor === null)
        throw new TalosError('not_signed_in', 'The credential in the Authorization header is not accepted.')
      return actor
    }
    const secret = sessionCookie(request)
    return (secret === undefined ? null : await this.provers.sessions.resolve(secret)) ?? ANONYMOUS
  }

  /**
   * A calendar program keeps its password in the clear and sends it with every request: what may do more than this is not
   * accepted from it.
   * @throws TalosError `forbidden` for a token that may do more than `permission`
   */
  async #byCalendarToken(text: string, permission: RouteAccess | undefined): Promise<Actor | null> {
    const actor = await this.provers.tokens.resolve(text)
    const mayMore = actor?.memberships.some(({ permissions }) =>
      [...permissions].some((p) => p !== permission),
    )
    if (mayMore === true)
      throw new TalosError(
        'forbidden',
        `This API token may do more than a calendar needs. Make one with ${permission} alone, and revoke this one: the program has stored it.`,
      )
    return actor
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
