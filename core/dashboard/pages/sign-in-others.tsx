import { oidcStartResponse } from '../../../shared/api/oidc.js'
import { signInMethodsResponse } from '../../../shared/api/pairing.js'
import { useApp } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { useResource } from '../parts/resource.js'
import { canUsePasskeys, signInWithPasskey } from '../parts/webauthn.js'

/** By a passkey, where this browser can. */
export function SignInByPasskey() {
  const { api, session } = useApp()
  const act = useAct()
  if (!canUsePasskeys()) return null
  const signIn = async () => {
    if (await act.run(() => signInWithPasskey(api))) await session.entered()
  }
  return (
    <div class="or">
      <button type="button" class="button big wide" disabled={act.busy} onClick={() => void signIn()}>
        Sign in with a passkey
      </button>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </div>
  )
}

/** By the OpenID provider of this installation, where there is one. */
export function SignInByProvider() {
  const { api } = useApp()
  const act = useAct()
  const [methods] = useResource('methods', () => api.get('auth/methods', signInMethodsResponse))
  const name = methods.kind === 'ready' ? methods.value.oidc : null
  if (name === null) return null
  const leave = () =>
    act.run(async () => {
      const { url } = await api.post('auth/oidc/start', oidcStartResponse)
      location.assign(url)
    })
  return (
    <div class="or">
      <button type="button" class="button big wide" disabled={act.busy} onClick={() => void leave()}>
        Sign in with {name}
      </button>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </div>
  )
}

const ERRORS: Readonly<Record<string, string>> = {
  oidc_refused: 'The sign-in could not be completed. Begin again.',
  email_not_verified: 'The provider has not verified your address. Verify it there, or sign in by mail.',
  not_invited: 'Nobody here has your address. Ask whoever manages the people here for an invitation.',
  rate_limited: 'Too many attempts from here. Wait a quarter of an hour.',
  unavailable: 'The provider does not answer. Sign in by mail, or try again later.',
}

/** What the provider's answer came to, when the browser was sent back with an error. */
export function providerError(query: string): string | null {
  const code = new URLSearchParams(query).get('error')
  return code === null ? null : (ERRORS[code] ?? null)
}
