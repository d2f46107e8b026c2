/**
 * Which addresses a source may lead to. A person says the address, but the director asks it, from inside the network of
 * the installation: what only that network can reach is refused, unless who runs the installation has named it.
 * @module
 */
import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose registries (RFC 6890): no public server has such an address. */
const SPECIAL_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Inside global unicast (2000::/3): what carries IPv4 addresses, and what is for tests and documents. */
const SPECIAL_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/')
    list.addSubnet(net, Number(prefix), family)
  }
  return list
}

const special4 = listOf(SPECIAL_4, 'ipv4')
const special6 = listOf(SPECIAL_6, 'ipv6')
const global6 = listOf(['2000::/3'], 'ipv6')

/** Is this an address of the public internet? IPv4 in the clothes of IPv6 is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !special4.check(address, 'ipv4')
  return family === 6 && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
}

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
