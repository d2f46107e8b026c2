/**
 * Whom a passkey is for: the host name of the page (WebAuthn, 5.1.2). Browsers bind passkeys to names, never to addresses.
 * @module
 */
import { isIP } from 'node:net'
import { TalosError } from '../../shared/errors.js'

export interface RelyingParty {
  readonly origin: string
  /** The RP ID. */
  readonly id: string
}

/**
 * `origin`: that of the request; `allowed`: those of our own pages.
 * @throws TalosError `origin_refused`; `passkeys_unavailable` where the page is reached by an address
 */
export function relyingParty(origin: string | undefined, allowed: ReadonlySet<string>): RelyingParty {
  if (origin === undefined || !allowed.has(origin))
    throw new TalosError(
      'origin_refused',
      'A passkey is used from a page of ours, whose Origin the browser tells.',
    )
  const { hostname, port } = new URL(origin)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) === 0) return { origin, id: hostname }
  throw new TalosError(
    'passkeys_unavailable',
    `Browsers bind passkeys to a name, not to ${hostname}. Open this page by its name; on this machine: ` +
      `http://localhost${port === '' ? '' : `:${port}`}`,
  )
}
