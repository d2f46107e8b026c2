/**
 * A real OpenID provider on loopback (oidc-provider), with people who are signed in there already.
 * @module
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Test } from 'tap'
import type { ApiClient } from './client.js'
import { type TestCore, testCore } from './core.js'

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

export const PUBLIC_URL = 'https://talos.example.org'

/** A core with a provider. */
export async function openIdCore(t: Test): Promise<{ core: TestCore; openid: OpenIdProvider }> {
  const openid = await OpenIdProvider.start(t, `${PUBLIC_URL}/api/v1/auth/oidc/callback`)
  const env = {
    TALOS_PUBLIC_URL: PUBLIC_URL,
    TALOS_OIDC_ISSUER: openid.issuer,
    TALOS_OIDC_CLIENT_ID: CLIENT.id,
    TALOS_OIDC_CLIENT_SECRET: CLIENT.secret,
    TALOS_OIDC_NAME: 'Example',
  }
  return { core: await testCore(t, { env }), openid }
}

/** Signs in through the provider, in a new browser. @throws Error when it is refused */
export async function signInByOpenId(
  core: TestCore,
  openid: OpenIdProvider,
  account: Account,
): Promise<ApiClient> {
  openid.account = account
  const client = core.browser()
  const { body } = await client.api('POST', '/auth/oidc/start', {})
  const { search } = await openid.visit(body.url)
  const { headers } = await client.api('GET', `/auth/oidc/callback${search}`)
  if (headers['location'] !== `${PUBLIC_URL}/`) throw new Error(`sent to ${headers['location']}`)
  return client
}
