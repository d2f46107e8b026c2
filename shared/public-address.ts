/**
 * What is of the public internet? For whoever opens connections to where a person says (SSRF): from inside the network of
 * the installation they would reach what only that network can. Pure.
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

interface Address {
  readonly address: string
  readonly family: number
}
/** As `LookupFunction` of node:net. */
type Lookup<O> = (
  hostname: string,
  options: O,
  callback: (error: Error | null, found: string | Address[], family?: number) => void,
) => void

/**
 * What is wrong with an address as it is written, in words; null where it may be looked up.
 * @param trusted origins that are asked wherever they lead: `http://mirror.lan:8000`
 * @param instead what else a person may do
 */
export function refusalOfUrl(
  { origin, protocol, hostname }: Readonly<Record<'origin' | 'protocol' | 'hostname', string>>,
  trusted: ReadonlySet<string>,
  instead: string,
): string | null {
  if (trusted.has(origin)) return null
  if (protocol !== 'https:') return `${origin} is not https: use https, ${instead}`
  const host = hostname.replace(/^\[|\]$/g, '')
  // A host that is an address is never looked up, so it is judged here.
  const isAddress = host.includes(':') || bits4(host) !== null
  return isAddress && !isPublicAddress(host)
    ? `${host} is no address of the public internet: use one, ${instead}`
    : null
}

/**
 * Lets only public addresses through: those that are judged are those that are connected to, also where a name changes its
 * address between two questions.
 * @param refused the error where there is none; whether it may tell the addresses, the caller knows
 */
export function publicOnly<O extends { readonly all?: boolean | undefined }>(
  lookup: Lookup<O>,
  refused: (hostname: string, addresses: readonly string[]) => Error,
): Lookup<O> {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const all = typeof found === 'string' ? [] : found
      const good = all.filter(({ address }) => isPublicAddress(address))
      const [first] = good
      if (first === undefined) {
        const addresses = all.map(({ address }) => address)
        return callback(refused(hostname, addresses), [])
      }
      return options.all === true ? callback(null, good) : callback(null, first.address, first.family)
    })
  }
}
