/**
 * A real OpenID provider on loopback (oidc-provider), with people who are signed in there already.
 * @module
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Test } from 'tap'

export const CLIENT = { id: 'talos', secret: 'a-secret-of-the-provider-000000000000' }

export interface Account {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: unknown
}

export class OpenIdProvider {
  /** Who sits at the browser. */
  account: Account = { sub: 'nobody' }

  private constructor(
    readonly issuer: string,
    readonly provider: Provider,
  ) {}

  static async start(t: Test, redirectUri: string): Promise<OpenIdProvider> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => new Promise((resolve) => server.close(() => resolve(undefined)).closeAllConnections()))
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      // Many providers put the address into the ID token; ours does where the client asks for the scope.
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      cookies: { keys: ['a-key-of-the-test'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...made.account, sub }) }),
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({
          clientId: CLIENT.id,
          ...(ctx.oidc.session?.accountId === undefined ? {} : { accountId: ctx.oidc.session.accountId }),
        })
        grant.addOIDCScope('openid email')
        await grant.save()
        return grant
      },
    })
    const made = new OpenIdProvider(issuer, provider)
    const handle = provider.callback()
    server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) {
        void handle(request, response)
        return
      }
      const login = { accountId: made.account.sub }
      void provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
    })
    return made
  }

  /** Follows the browser through the provider; the address at which it is sent back, with its query. */
  async visit(url: string): Promise<URL> {
    const cookies = new Map<string, string>()
    for (let next = new URL(url); ; ) {
      if (next.origin !== this.issuer) return next
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        cookies.set(name, value)
      }
      const location = response.headers.get('location')
      if (location === null) throw new Error(`${next} answered ${response.status} ${await response.text()}`)
      next = new URL(location, next)
    }
  }
}
