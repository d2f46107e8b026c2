/**
 * Which addresses a source may lead to. A person says the address, but the director asks it, from inside the network of
 * the installation: what only that network can reach is refused, unless who runs the installation has named it.
 * @module
 */
import { refusalOfUrl } from '../shared/public-address.js'

/** Origins that are asked as they are, wherever they lead: `http://mirror.lan:8000`. */
export type TrustedOrigins = ReadonlySet<string>

/** What is wrong with an address as it is written, in words; null where it may be looked up. */
export function refusalOf(url: URL, trusted: TrustedOrigins): string | null {
  return refusalOfUrl(url, trusted, `or name ${url.origin} in TALOS_SOURCE_ORIGINS`)
}
