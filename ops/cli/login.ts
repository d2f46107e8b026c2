/**
 * Which login a command uses.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { Clock } from '../../shared/time.js'
import type { TokenSource } from './client.js'
import { chosenServer, credentialPath, readLogin, type SavedLogin } from './credentials.js'
import { apiToken, LoginTokens } from './tokens.js'

interface Asked {
  readonly env: Record<string, string | undefined>
  readonly clock: Clock
  readonly options: { readonly server?: string }
}

export interface Login {
  readonly server: string
  readonly tokens: TokenSource
  /** Of `talos login`; null with an API token. */
  readonly saved: SavedLogin | null
}

/**
 * `TALOS_TOKEN`, or else what `talos login` kept for the server.
 * @throws TalosError `not_signed_in` when there is none, or it has ended
 */
export function findLogin({ env, options, clock }: Asked): Login {
  const path = credentialPath(env)
  const server = chosenServer(env, options.server)
  const token = env['TALOS_TOKEN']
  if (token !== undefined) return { server, tokens: apiToken(token, server), saved: null }
  const saved = readLogin(path, server)
  if (saved === null)
    throw new TalosError('not_signed_in', `Not signed in at ${server}. Run: talos login ${server}`)
  if (Date.parse(saved.expiresAt) <= clock.now())
    throw new TalosError(
      'not_signed_in',
      `The login at ${server} ended at ${saved.expiresAt}. Run: talos login ${server}`,
    )
  return { server, tokens: new LoginTokens(path, server, clock), saved }
}
