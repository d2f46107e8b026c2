/**
 * Access tokens of command lines (A13): a JWT (RFC 9068) that lives 15 minutes and holds what its person may do, so that
 * the guard needs no look into the database (R7). What ended before its time is refused from memory: A14's denylist and
 * the epoch of the person.
 * @module
 */
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { idSchema, slugSchema } from '../../shared/api/common.js'
import { ROLES } from '../../shared/permissions.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { UserActor } from '../http/actor.js'
import { auditOf, type Caller } from '../http/caller.js'
import type { Denylist } from './denylist.js'
import type { Epochs } from './epochs.js'
import { knownPermissions, membershipsOf, type UserRow } from './members.js'

export const ACCESS_MS = 15 * MINUTE
const ALG = 'HS256'
/** RFC 9068, section 2.1. B17: no other token of ours has this type, audience or key. */
const TYP = 'at+jwt'
const AUDIENCE = 'talos-api'
const ISSUER = 'talos-core'
const CLIENT = 'talos'
const METHOD = 'device_code'
const NO_PERMISSIONS: ReadonlySet<never> = new Set()

/** The organisations in which the person has the same role, and what that allows. */
const grantSchema = z.strictObject({
  role: z.enum(ROLES),
  may: z.array(z.string()),
  orgs: z.array(z.strictObject({ id: idSchema, slug: slugSchema, name: z.string() })),
})

const claimsSchema = z.strictObject({
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  client_id: z.literal(CLIENT),
  auth_method: z.literal(METHOD),
  sub: idSchema,
  /** The command line. */
  sid: idSchema,
  jti: idSchema,
  iat: z.int(),
  exp: z.int(),
  epoch: z.int(),
  email: z.string(),
  name: z.string().nullable(),
  permissions: z.array(grantSchema),
})
export type AccessClaims = z.infer<typeof claimsSchema>

export interface AccessToken {
  readonly text: string
  /** Seconds (RFC 6749, section 5.1). */
  readonly expiresInS: number
}

const REQUIRED = ['iss', 'aud', 'sub', 'exp', 'iat', 'jti', 'sid', 'permissions', 'auth_method', 'epoch']

function grantsOf(user: UserRow): AccessClaims['permissions'] {
  const grants = new Map<string, AccessClaims['permissions'][number]>()
  for (const { role, org, permissions } of membershipsOf(user, null)) {
    const grant = grants.get(role) ?? { role, may: [...permissions], orgs: [] }
    grant.orgs.push(org)
    grants.set(role, grant)
  }
  return [...grants.values()]
}

function actorOf(claims: AccessClaims): UserActor {
  const memberships = claims.permissions.flatMap(({ role, may, orgs }) => {
    const permissions = new Set(knownPermissions(may))
    return orgs.map((org) => ({ org, role, permissions }))
  })
  return {
    kind: 'user',
    id: claims.sub,
    email: claims.email,
    name: claims.name,
    credential: 'command_line',
    commandLineId: claims.sid,
    sessionId: null,
    sessionEndsAt: null,
    idleEndsAt: null,
    tokenId: null,
    proof: null,
    hasPasskey: false,
    memberships,
    permissionsIn: (slug) => memberships.find(({ org }) => org.slug === slug)?.permissions ?? NO_PERMISSIONS,
  }
}

export class AccessTokens {
  /** `key`: 32 bytes derived for this purpose alone. */
  constructor(
    private readonly context: Pick<Context, 'prisma' | 'clock' | 'random' | 'audit'>,
    private readonly key: Uint8Array,
    private readonly denylist: Denylist,
    private readonly epochs: Epochs,
  ) {}

  /** A token for a command line. `endsAt`, epoch ms: no token outlives its command line. */
  async issue(
    user: UserRow & { readonly epoch: number },
    commandLineId: string,
    endsAt: number,
  ): Promise<AccessToken> {
    const { clock, random } = this.context
    const now = clock.now()
    const iat = Math.floor(now / SECOND)
    const exp = Math.floor(Math.min(now + ACCESS_MS, endsAt) / SECOND)
    const { epoch, email, name } = user
    const own = { sid: commandLineId, epoch, email, name, permissions: grantsOf(user) }
    const text = await new SignJWT({ ...own, client_id: CLIENT, auth_method: METHOD })
      .setProtectedHeader({ alg: ALG, typ: TYP })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(user.id)
      .setJti(newId(random))
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(this.key)
    return { text, expiresInS: exp - iat }
  }

  /** The claims of a token that is ours and has not expired; null for whatever else (B16). */
  async verify(text: string): Promise<AccessClaims | null> {
    try {
      const { payload } = await jwtVerify(text, this.key, {
        algorithms: [ALG],
        typ: TYP,
        audience: AUDIENCE,
        issuer: ISSUER,
        requiredClaims: REQUIRED,
        currentDate: new Date(this.context.clock.now()),
      })
      return claimsSchema.parse(payload)
    } catch {
      return null
    }
  }

  /** The person behind `Bearer <JWT>`; null for unknown, wrong, expired, ended and outdated alike. */
  async resolve(text: string): Promise<UserActor | null> {
    const claims = await this.verify(text)
    if (claims === null || this.denylist.has(claims.jti) || this.denylist.has(claims.sid)) return null
    return (await this.epochs.isCurrent(claims.sub, claims.epoch)) ? actorOf(claims) : null
  }

  /** RFC 7009: this token alone is refused from now on; its command line goes on with the next. */
  async revoke(text: string, caller: Caller): Promise<void> {
    const claims = await this.verify(text)
    if (claims === null) return
    const until = claims.exp * SECOND
    await this.context.prisma.$transaction(async (tx) => {
      await this.denylist.deny(tx, claims.jti, until)
      await this.context.audit.record(tx, {
        ...auditOf(caller),
        actor: { kind: 'user', id: claims.sub },
        action: 'access_token.revoke',
        targetKind: 'command_line',
        targetId: claims.sid,
        outcome: 'success',
        detail: { jti: claims.jti },
      })
    })
    this.denylist.announce(claims.jti, until)
  }
}
