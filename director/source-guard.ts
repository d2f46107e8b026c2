/**
 * Which addresses a source may lead to. A person says the address, but the director asks it, from inside the network of
 * the installation: what only that network can reach is refused, unless who runs the installation has named it.
 * @module
 */
import { isIP } from 'node:net'
import { isPublicAddress } from '../shared/public-address.js'

/** Origins that are asked as they are, wherever they lead: `http://mirror.lan:8000`. */
export type TrustedOrigins = ReadonlySet<string>

/** What is wrong with an address as it is written, in words; null where it may be looked up. */
export function refusalOf(url: URL, trusted: TrustedOrigins): string | null {
  if (trusted.has(url.origin)) return null
  const instead = `or name ${url.origin} in TALOS_SOURCE_ORIGINS`
  if (url.protocol !== 'https:') return `${url.origin} is not https: use https, ${instead}`
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // A host that is an address is never looked up, so it is judged here.
  if (isIP(host) !== 0 && !isPublicAddress(host))
    return `${host} is no address of the public internet: use one, ${instead}`
  return null
}
