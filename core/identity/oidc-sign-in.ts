/**
 * Signing in through an OpenID provider: the browser that began must be the one that comes back, once, within minutes.
 * @module
 */
import type { OidcFlow, User } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { Sealer } from '../crypto/seal.js'
import { sha256 } from '../crypto/secrets.js'
import { ANONYMOUS } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import { findOrAdmit } from './invited.js'
import { isBarred } from './members.js'
import { type Claims, type OidcProvider, refusedOidc } from './oidc-provider.js'
import type { NewSession, Sessions } from './sessions.js'
import { signIn } from './sign-in.js'

export const OIDC_FLOW_MS = 10 * MINUTE

const place = (id: string) => `OidcFlow:codeVerifier:${id}`

export interface OidcParts {
  readonly context: Context
  readonly sessions: Sessions
  readonly sealer: Sealer
  readonly provider: OidcProvider
}

export class OidcSignIn {
  constructor(private readonly parts: OidcParts) {}

  /** What the sign-in page calls the provider. */
  get name(): string {
    return this.parts.provider.config.name
  }

  /** The address at the provider to send this browser to. @throws TalosError `unavailable` */
  async begin(browserNonce: string): Promise<string> {
    const { context, provider, sealer } = this.parts
    const { url, state, nonce, codeVerifier } = await provider.begin()
    const { prisma, clock, random } = context
    const id = newId(random)
    const now = clock.now()
    await prisma.oidcFlow.create({
      data: {
        ...{ id, nonce, stateHash: sha256(state), issuer: provider.config.issuer },
        codeVerifier: sealer.seal(Buffer.from(codeVerifier), place(id)),
        browserHash: sha256(browserNonce),
        createdAt: new Date(now),
        expiresAt: new Date(now + OIDC_FLOW_MS),
      },
    })
    return url
  }

  /**
   * The browser is back from the provider. `query` is that of the callback, with its question mark.
   * @throws TalosError `oidc_refused`, `email_not_verified`, `not_invited`
   */
  async finish(query: string, state: string, browserNonce: string, browser: Browser): Promise<NewSession> {
    const { context, provider, sealer, sessions } = this.parts
    try {
      const flow = await this.#take(state, browserNonce)
      const codeVerifier = sealer.open(flow.codeVerifier, place(flow.id)).toString('utf8')
      const claims = await provider.finish(query, { state, nonce: flow.nonce, codeVerifier })
      // A17: before anything is looked up.
      if (!claims.isEmailVerified || claims.email === null)
        throw new TalosError('email_not_verified', `${this.name} has not verified your address.`)
      const session = await context.prisma.$transaction(async (tx) => {
        const { user, identityId } = await this.#personOf(tx, claims, claims.email ?? '', browser)
        return await signIn(tx, { context, sessions }, user.id, { method: 'oidc', identityId }, browser)
      })
      sessions.announce(session.displaced, 'session.displaced')
      return session
    } catch (error) {
      if (error instanceof TalosError)
        context.audit.bestEffort({
          ...{ actor: ANONYMOUS, action: 'user.sign_in', outcome: 'denied' },
          ...{ address: browser.address, requestId: browser.requestId },
          detail: { method: 'oidc', code: error.code },
        })
      throw error
    }
  }

  /** Deletes what can answer nobody any more. */
  async sweep(): Promise<void> {
    const { prisma, clock } = this.parts.context
    await prisma.oidcFlow.deleteMany({ where: { expiresAt: { lt: new Date(clock.now()) } } })
  }

  async #take(state: string, browserNonce: string): Promise<OidcFlow> {
    const { context, provider } = this.parts
    const now = new Date(context.clock.now())
    const [flow] = await context.prisma.oidcFlow.updateManyAndReturn({
      where: {
        ...{ stateHash: sha256(state), browserHash: sha256(browserNonce), issuer: provider.config.issuer },
        ...{ consumedAt: null, expiresAt: { gt: now } },
      },
      data: { consumedAt: now },
    })
    if (flow === undefined) throw refusedOidc()
    return flow
  }

  /**
   * Whom the provider means: the same subject as last time, whatever its address is now; else the person with the
   * verified address, or one who is invited (A3).
   * @throws TalosError `not_invited`
   */
  async #personOf(
    tx: Tx,
    { subject }: Claims,
    email: string,
    browser: Browser,
  ): Promise<{ readonly user: User; readonly identityId: string }> {
    const { context, provider } = this.parts
    const { issuer } = provider.config
    const now = new Date(context.clock.now())
    const known = await tx.externalIdentity.findUnique({
      where: { issuer_subject: { issuer, subject } },
      include: { user: true },
    })
    const user = known?.user ?? (await findOrAdmit(tx, context, email, browser))
    if (user === null || isBarred(user, now.getTime()))
      throw new TalosError('not_invited', 'Nobody here has your address. Ask for an invitation.')
    const identity = await tx.externalIdentity.upsert({
      where: { issuer_subject: { issuer, subject } },
      create: {
        id: newId(context.random),
        userId: user.id,
        issuer,
        subject,
        email,
        createdAt: now,
        lastUsedAt: now,
      },
      update: { email, lastUsedAt: now },
    })
    return { user, identityId: identity.id }
  }
}
