/**
 * Where a sign-in may lead afterwards (A28): to this installation and nowhere else.
 * @module
 */
import { TalosError } from '../../shared/errors.js'

/**
 * The address as it will be used, or null for none.
 * @param allowed the configured https origin; null: none is accepted
 * @throws TalosError `invalid_request` naming /returnTo for every address whose scheme, host and port are not its
 */
export function checkReturnTo(returnTo: string | undefined, allowed: string | null): string | null {
  if (returnTo === undefined) return null
  // Parsed as a browser would: `//host`, `https:host` and backslashes are what it makes of them.
  const url = URL.canParse(returnTo) ? new URL(returnTo) : null
  const isOurs =
    url !== null &&
    allowed !== null &&
    url.protocol === 'https:' &&
    url.origin === allowed &&
    `${url.username}${url.password}` === ''
  if (isOurs) return url.href
  const detail = 'must begin with the configured https address of this installation'
  throw new TalosError('invalid_request', `The body does not fit: /returnTo ${detail}.`, {
    errors: [{ pointer: '/returnTo', detail }],
  })
}
