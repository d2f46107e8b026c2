/**
 * Is this an address of the public internet? For whoever opens connections to where a person says: from inside the network
 * of the installation they would reach what only that network can. Pure.
 * @module
 */

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
/** Inside global unicast: what carries IPv4 addresses, and what is for tests and documents. */
const SPECIAL_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
const GLOBAL_6 = '2000::/3'

interface Net {
  readonly bits: bigint
  readonly shift: bigint
}

const BYTE = /^(?:0|[1-9]\d{0,2})$/

/** Null when it is no dotted quad. */
function bits4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) < 256)) return null
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

/** Null when it is no IPv6 address (RFC 4291, 2.2); with a zone it is none of the internet's. */
function bits6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (head === undefined) return null
  const given = [...head, ...(tail ?? [])]
  if (given.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return null
  if (tail === undefined ? given.length !== 8 : given.length > 7) return null
  const groups = [...head, ...Array<string>(8 - given.length).fill('0'), ...(tail ?? [])]
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

function netOf(text: string, size: number, bitsOf: (address: string) => bigint | null): Net {
  const [address = '', prefix] = text.split('/')
  const shift = BigInt(size - Number(prefix))
  return { bits: (bitsOf(address) ?? 0n) >> shift, shift }
}

const special4 = SPECIAL_4.map((net) => netOf(net, 32, bits4))
const special6 = SPECIAL_6.map((net) => netOf(net, 128, bits6))
const global6 = netOf(GLOBAL_6, 128, bits6)

const holds = ({ bits, shift }: Net, address: bigint): boolean => address >> shift === bits

/** IPv4 in the clothes of IPv6 is none, nor is anything that is no address at all. */
export function isPublicAddress(address: string): boolean {
  const four = bits4(address)
  if (four !== null) return !special4.some((net) => holds(net, four))
  const six = bits6(address)
  return six !== null && holds(global6, six) && !special6.some((net) => holds(net, six))
}
