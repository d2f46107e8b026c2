import fc from 'fast-check'
import t from 'tap'
import { type PacketFault, PacketScanner } from '../../broker/packet-limit.js'
import {
  DISCONNECT,
  lengthOf,
  PINGREQ,
  packet,
  publishPacket,
  subscribePacket,
  u16,
  unsubscribePacket,
} from '../support/raw-mqtt.js'

function scanner(maxBytes = 1000, allow: (isSubscription: boolean) => boolean = () => true) {
  const seen: { faults: PacketFault[]; limits: unknown[]; goodbyes: number } = {
    ...{ faults: [], limits: [], goodbyes: 0 },
  }
  const scan = new PacketScanner({
    maxBytes,
    maxFilters: 10,
    allow,
    onFault: (fault, limit) => {
      seen.faults.push(fault)
      seen.limits.push(limit)
    },
    onDisconnect: () => {
      seen.goodbyes++
    },
  })
  return { scan, seen }
}

t.test('P12: a packet is refused by the length it claims, before its body comes', async (t) => {
  const { scan, seen } = scanner(1000)
  t.equal(scan.scan(publishPacket('a', 'x'.repeat(900))), 906)
  t.equal(scan.scan(Buffer.concat([Buffer.from([0x30]), lengthOf(1001)])), null)
  t.same(seen.faults, ['too_large'])
  t.equal(scan.scan(PINGREQ), 0, 'nothing passes after a fault')
})

t.test('P12: 20,000 filters do not fit into one SUBSCRIBE', async (t) => {
  const { scan, seen } = scanner(64 * 1024)
  t.equal(scan.scan(subscribePacket(Array.from({ length: 20_000 }, () => 'a'))), null)
  t.same(seen.faults, ['too_large'])
})

t.test('P12: a SUBSCRIBE or UNSUBSCRIBE of too many filters is refused while it comes', async (t) => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `talos/${i}`)
  for (const pack of [
    (count: number) => subscribePacket(names(count)),
    (count: number) => unsubscribePacket(names(count)),
  ]) {
    const { scan, seen } = scanner()
    const fits = pack(10)
    t.equal(scan.scan(fits), fits.length)
    t.equal(scan.scan(fits), fits.length, 'each packet by itself')
    const tooMany = pack(11)
    t.equal(scan.scan(tooMany.subarray(0, 20)), 20)
    t.equal(scan.scan(tooMany.subarray(20)), null)
    t.same(seen.faults, ['too_large'])
    t.same(seen.limits, ['filters'])
  }
})

t.test('a length of more than four bytes is a protocol error', async (t) => {
  const { scan, seen } = scanner(2 ** 30)
  t.equal(scan.scan(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])), null)
  t.same(seen.faults, ['protocol_error'])
})

t.test('only the packets that a client of ours may send pass; QoS 2 is not served', async (t) => {
  for (const type of [0, 1, 2, 5, 6, 7, 9, 11, 13, 15]) {
    const { scan, seen } = scanner()
    t.equal(scan.scan(packet(type << 4, u16(1))), null, `type ${type}`)
    t.same(seen.faults, ['protocol_error'])
  }
  for (const bytes of [packet(0x40, u16(1)), unsubscribePacket(['a']), PINGREQ, publishPacket('a', 'b')])
    t.equal(scanner().scan.scan(bytes), bytes.length)
})

t.test('P29: nothing behind a DISCONNECT passes', async (t) => {
  const { scan, seen } = scanner()
  const before = publishPacket('a', 'b')
  t.equal(
    scan.scan(Buffer.concat([before, DISCONNECT, publishPacket('c', 'd')])),
    before.length + DISCONNECT.length,
  )
  t.equal(scan.scan(publishPacket('e', 'f')), 0)
  t.equal(seen.goodbyes, 1)
})

t.test('B21: a flood of packets ends with rate_limited; subscriptions are told apart', async (t) => {
  let left = 2
  const asked: boolean[] = []
  const { scan, seen } = scanner(1000, (isSubscription) => {
    asked.push(isSubscription)
    return left-- > 0
  })
  t.equal(scan.scan(Buffer.concat([PINGREQ, subscribePacket(['a']), PINGREQ])), null)
  t.same(seen.faults, ['rate_limited'])
  t.same(asked, [false, true, false])
})

t.test('however the bytes are cut, the verdict is the same', async (t) => {
  const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const one = fc.oneof(
    body.map((b) => packet(0x30, b)),
    body.map((b) => packet(0x82, b)),
    fc.constant(PINGREQ),
    fc.constant(packet(0x10)),
    fc.constant(packet(0x30, Buffer.alloc(2000))),
    fc.constant(DISCONNECT),
  )
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (packets, cuts) => {
        const all = Buffer.concat(packets)
        const whole = scanner()
        const passedWhole = whole.scan.scan(all)
        const parts = scanner()
        let passed = 0
        let at = 0
        for (const cut of [...cuts, all.length]) {
          if (at >= all.length) break
          const step = Math.min(cut, all.length - at)
          passed += parts.scan.scan(all.subarray(at, at + step)) ?? 0
          at += step
        }
        return (
          JSON.stringify(whole.seen) === JSON.stringify(parts.seen) &&
          (passedWhole === null || passedWhole === passed)
        )
      },
    ),
    { numRuns: 3000 },
  )
  t.pass()
})
