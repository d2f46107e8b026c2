/**
 * The header of the PROXY protocol, version 2, with which a balancer says whom it forwards (haproxy.org,
 * doc/proxy-protocol.txt, section 2.2). Pure: bytes in, an address out.
 * @module
 */
import { SocketAddress } from 'node:net'
import { TalosError } from '../shared/errors.js'

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** Signature, version and command, family and protocol, length. */
const FIXED_BYTES = 16
/** Addresses of 36 bytes and extensions, which are skipped; the largest that balancers send hold a client certificate's name. */
const MAX_BYTES = 4096
const LOCAL = 0x20
const PROXY = 0x21
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21
/** Source and destination, addresses then ports. */
const IPV4_BYTES = 12
const IPV6_BYTES = 36

export interface ProxyHeader {
  /** Bytes that belong to the header. */
  readonly length: number
  /** Of the client; null when the balancer speaks for itself, as in a health check. */
  readonly sourceAddress: string | null
}

const malformed = (detail: string) => new TalosError('malformed', `PROXY header: ${detail}.`)

/**
 * Reads the header at the start of `bytes`, or null while it is incomplete.
 * @throws TalosError `malformed` for anything else, as early as it shows
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | null {
  const start = bytes.subarray(0, SIGNATURE.length)
  if (!start.equals(SIGNATURE.subarray(0, start.length))) throw malformed('it does not begin like one')
  if (bytes.length < FIXED_BYTES) return null
  const [command = 0, family = 0] = bytes.subarray(SIGNATURE.length)
  if (command !== LOCAL && command !== PROXY) throw malformed(`version and command are ${command}`)
  const length = FIXED_BYTES + bytes.readUInt16BE(SIGNATURE.length + 2)
  if (length > MAX_BYTES) throw malformed(`${length} bytes; ${MAX_BYTES} are the limit`)
  const needed = command === LOCAL ? 0 : addressBytes(family)
  if (length < FIXED_BYTES + needed) throw malformed(`${length} bytes are too few for its addresses`)
  if (bytes.length < length) return null
  return { length, sourceAddress: command === LOCAL ? null : sourceOf(bytes.subarray(FIXED_BYTES), family) }
}

/** A client without an address of the Internet would be beyond every limit by address, so there is none. */
function addressBytes(family: number): number {
  if (family === TCP_OVER_IPV4) return IPV4_BYTES
  if (family === TCP_OVER_IPV6) return IPV6_BYTES
  throw malformed(`address family and protocol ${family} are not served`)
}

function sourceOf(addresses: Buffer, family: number): string {
  if (family === TCP_OVER_IPV4) return addresses.subarray(0, 4).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => addresses.readUInt16BE(2 * i).toString(16))
  const { address } = new SocketAddress({ family: 'ipv6', address: groups.join(':') })
  return address.replace(/^::ffff:(?=.*\.)/, '')
}
