/**
 * The PROXY header, version 2, as a balancer writes it.
 * @module
 */
import { isIPv4 } from 'node:net'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

function addressBytes(address: string): number[] {
  if (isIPv4(address)) return address.split('.').map(Number)
  // The parser of URLs knows every way to write one; what it gives has at most one gap.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [front = '', back] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const gap = back === undefined ? 0 : 8 - groups(front).length - groups(back).length
  return [...groups(front), ...Array.from({ length: gap }, () => '0'), ...groups(back ?? '')].flatMap(
    (group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 255]
    },
  )
}

/** From this address; null: the balancer for itself. `extra`: bytes of extensions behind the addresses. */
export function proxyHeader(source: string | null, { extra = 0 } = {}): Buffer {
  const from = source === null ? [] : addressBytes(source)
  const to = from.map(() => 1)
  const body = source === null ? [] : [...from, ...to, 0x30, 0x39, 0x22, 0xb3]
  const length = body.length + extra
  const family = source === null ? 0 : from.length === 4 ? 0x11 : 0x21
  const head = [source === null ? 0x20 : 0x21, family, length >> 8, length & 255]
  return Buffer.concat([SIGNATURE, Buffer.from([...head, ...body]), Buffer.alloc(extra, 4)])
}
