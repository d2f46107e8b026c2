/**
 * The OpenID provider: where people are sent, and what it says of them (OpenID Connect Core 1.0, code flow with PKCE).
 * @module
 */
import * as oidc from 'openid-client'
import { z } from 'zod'
import { emailSchema } from '../../shared/api/common.js'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import type { OidcConfig } from '../oidc-config.js'

/** How long an answer of the provider is waited for. */
const PROVIDER_S = (10 * SECOND) / SECOND

/** What is kept of an authorization request until the person comes back. */
export interface Request {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** What the provider has signed. */
export interface Claims {
  readonly subject: string
  readonly email: string | null
  /** A17: only `true` is true. */
  readonly isEmailVerified: boolean
}

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: emailSchema.nullable().catch(null).default(null),
  email_verified: z.unknown().optional(),
})

export class OidcProvider {
  #discovered: Promise<oidc.Configuration> | null = null

  constructor(
    readonly config: OidcConfig,
    private readonly redirectUri: () => string,
  ) {}

  /** Makes an authorization request: the address to send the browser to, and what to keep. @throws TalosError `unavailable` */
  async begin(): Promise<Request & { readonly url: string }> {
    const codeVerifier = oidc.randomPKCECodeVerifier()
    const state = oidc.randomState()
    const nonce = oidc.randomNonce()
    const url = oidc.buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.redirectUri(),
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    })
    return { state, nonce, codeVerifier, url: url.href }
  }

  /**
   * Swaps the code of the answer for what the provider says of the person. The library checks state, nonce, PKCE, issuer
   * (also that of the answer, RFC 9207: mix-up), audience, signature and times.
   * @throws TalosError `oidc_refused` for whatever is not as it must be
   */
  async finish(query: string, request: Request): Promise<Claims> {
    const configuration = await this.#configuration()
    const callback = new URL(`${this.redirectUri()}${query}`)
    const tokens = await oidc
      .authorizationCodeGrant(configuration, callback, {
        expectedState: request.state,
        expectedNonce: request.nonce,
        pkceCodeVerifier: request.codeVerifier,
        idTokenExpected: true,
      })
      .catch((cause: unknown) => {
        throw refusedOidc(cause)
      })
    const claims = claimsSchema.safeParse(tokens.claims())
    if (!claims.success) throw refusedOidc(claims.error)
    const { sub, email, email_verified } = claims.data
    return { subject: sub, email, isEmailVerified: email_verified === true }
  }

  /** Discovered once; a failure is not kept. */
  #configuration(): Promise<oidc.Configuration> {
    this.#discovered ??= this.#discover().catch((cause: unknown) => {
      this.#discovered = null
      const detail = `The sign-in service ${this.config.name} does not answer. Sign in by mail, or try again later.`
      throw new TalosError('unavailable', detail, { cause })
    })
    return this.#discovered
  }

  async #discover(): Promise<oidc.Configuration> {
    const issuer = new URL(this.config.issuer)
    // The configuration lets plain http pass for this machine only.
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []
    const options = { timeout: PROVIDER_S, execute }
    const { clientId, clientSecret } = this.config
    return await oidc.discovery(issuer, clientId, clientSecret, undefined, options)
  }
}

/** One answer, whatever was wrong. */
export const refusedOidc = (cause?: unknown): TalosError =>
  new TalosError('oidc_refused', 'The sign-in could not be completed. Begin again.', { cause })
