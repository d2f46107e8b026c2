/**
 * Passkeys in this browser: asks core what to sign, the authenticator to sign it, core to accept it.
 * @module
 */
import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { passkeyOptionsResponse, passkeySchema } from '../../../shared/api/passkeys.js'
import { TalosError } from '../../../shared/errors.js'
import { type Api, nothing } from '../api/client.js'
import { texts } from '../text/texts.js'

/** Browsers bind passkeys to names: a page that was opened by an address has none. */
export const canUsePasskeys = (): boolean =>
  browserSupportsWebAuthn() && !/^(?:\d+\.){3}\d+$|^\[/.test(location.hostname)

/** What a person did at the prompt of the browser, in words of ours. */
async function atPrompt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const { name } = cause as { readonly name?: string }
    const detail = name === 'InvalidStateError' ? texts.parts.passkey.already : texts.parts.passkey.refused
    throw new TalosError('passkey_refused', detail, { cause })
  }
}

/** What core judges of an assertion. */
const judged = ({ id, rawId, type, response }: AuthenticationResponseJSON) => ({ id, rawId, type, response })

export async function signInWithPasskey(api: Api): Promise<void> {
  const { options } = await api.post('auth/passkey/options', passkeyOptionsResponse)
  // Core made them by the library of which this is the other half.
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const credential = judged(await atPrompt(startAuthentication({ optionsJSON })))
  await api.post('auth/passkey', nothing, { credential })
}

/** A12: proves anew who the person is. */
export async function stepUpWithPasskey(api: Api): Promise<void> {
  const { options } = await api.post('auth/step-up/passkey/options', passkeyOptionsResponse)
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const credential = judged(await atPrompt(startAuthentication({ optionsJSON })))
  await api.post('auth/step-up/passkey', nothing, { credential })
}

export async function makePasskey(api: Api, name: string): Promise<void> {
  const { options } = await api.post('auth/passkeys/options', passkeyOptionsResponse)
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const { id, rawId, type, response } = await atPrompt(startRegistration({ optionsJSON }))
  const { clientDataJSON, attestationObject, transports = [] } = response
  const credential = { id, rawId, type, response: { clientDataJSON, attestationObject, transports } }
  await api.post('auth/passkeys', passkeySchema, { name, credential })
}
