import { oidcStartResponse } from '../../../shared/api/oidc.js'
import { signInMethodsResponse } from '../../../shared/api/pairing.js'
import { useApp } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { useResource } from '../parts/resource.js'
import { canUsePasskeys, signInWithPasskey } from '../parts/webauthn.js'
import { texts } from '../text/texts.js'

const words = texts.signIn

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
        {words.signInWithAPasskey}
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
        {words.signInWith(name)}
      </button>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </div>
  )
}

const ERRORS: Readonly<Record<string, string>> = {
  oidc_refused: words.theSignInCouldNot,
  email_not_verified: words.theProviderHasNotVerified,
  not_invited: words.nobodyHereHasYourAddress,
  rate_limited: words.tooManyAttemptsFromHere,
  unavailable: words.theProviderDoesNotAnswer,
}

/** What the provider's answer came to, when the browser was sent back with an error. */
export function providerError(query: string): string | null {
  const code = new URLSearchParams(query).get('error')
  return code === null ? null : (ERRORS[code] ?? null)
}
