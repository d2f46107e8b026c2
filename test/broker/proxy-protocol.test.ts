import fc from 'fast-check'
import t from 'tap'
import { readProxyHeader } from '../../broker/proxy-protocol.js'
import { proxyHeader } from '../support/proxy-header.js'

t.test('the address of a client over IPv4, over IPv6, and none for the balancer itself', async (t) => {
  const read = (bytes: Buffer) => readProxyHeader(bytes)
  t.same(read(proxyHeader('203.0.113.7')), { length: 28, sourceAddress: '203.0.113.7' })
  t.same(read(proxyHeader('2001:db8::7')), { length: 52, sourceAddress: '2001:db8::7' })
  t.same(read(proxyHeader('::ffff:203.0.113.7'))?.sourceAddress, '203.0.113.7', 'one client, one name')
  t.same(read(proxyHeader(null)), { length: 16, sourceAddress: null })
  t.same(read(proxyHeader(null, { extra: 30 })), { length: 46, sourceAddress: null })
})

t.test('extensions are skipped, what is behind the header is not touched', async (t) => {
  const header = proxyHeader('203.0.113.7', { extra: 300 })
  t.same(readProxyHeader(Buffer.concat([header, Buffer.from('rest')])), {
    length: header.length,
    sourceAddress: '203.0.113.7',
  })
})

/** One way to write each address. */
const canonical = (address: string) =>
  address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address

t.test('any address comes out as it went in, and every part of a header is incomplete', async (t) => {
  const ipv6 = fc.ipV6().map(canonical)
  const address = fc.oneof(
    fc.ipV4(),
    // Those that stand for IPv4 have a test of their own.
    ipv6.filter((text) => !text.startsWith('::ffff:')),
  )
  fc.assert(
    fc.property(address, fc.nat(200), fc.nat(), (text, extra, cut) => {
      const header = proxyHeader(text, { extra })
      const got = readProxyHeader(header)?.sourceAddress ?? ''
      return canonical(got) === text && readProxyHeader(header.subarray(0, cut % header.length)) === null
    }),
    { numRuns: 2000 },
  )
  t.pass()
})

t.test('whatever comes is a header, a part of one, or malformed; never longer than 4 KiB', async (t) => {
  const start = proxyHeader(null).subarray(0, 12)
  const bytes = fc.uint8Array({ maxLength: 80 }).map((tail) => Buffer.from(tail))
  const like = fc.oneof(
    bytes,
    bytes.map((tail) => Buffer.concat([start, tail])),
    fc
      .tuple(fc.constantFrom(0x20, 0x21), fc.constantFrom(0x00, 0x11, 0x12, 0x21, 0x31), bytes)
      .map(([command, family, tail]) => Buffer.concat([start, Buffer.from([command, family]), tail])),
  )
  fc.assert(
    fc.property(like, (input) => {
      try {
        const header = readProxyHeader(input)
        return header === null ? input.length < 4096 : header.length <= input.length
      } catch (error) {
        return (error as { code?: string }).code === 'malformed'
      }
    }),
    { numRuns: 20_000 },
  )
  t.pass()
})

t.test('what is not served is refused as soon as it shows', async (t) => {
  const good = proxyHeader('203.0.113.7')
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(good)
    bytes[at] = value
    return bytes
  }
  for (const [why, bytes] of [
    ['version 1', Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n')],
    ['a CONNECT', Buffer.from([0x10])],
    ['TLS', Buffer.from([0x16, 3, 1])],
    ['another version', changed(12, 0x11)],
    ['another command', changed(12, 0x22)],
    ['no address', changed(13, 0x00)],
    ['UDP', changed(13, 0x12)],
    ['a Unix socket', changed(13, 0x31)],
    ['too short for IPv4', changed(15, 11)],
    ['IPv6 in the length of IPv4', changed(13, 0x21)],
    ['longer than 4 KiB', changed(14, 0x10)],
  ] as const)
    t.throws(() => readProxyHeader(bytes.subarray(0, 16)), { code: 'malformed' }, why)
})
