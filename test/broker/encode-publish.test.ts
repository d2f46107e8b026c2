import fc from 'fast-check'
import t from 'tap'
import { decodePublish } from '../../broker/decode-publish.js'
import { Encoder, encodePublish, idOffset } from '../../broker/encode-publish.js'
import { lengthOf, publishPacket } from '../support/raw-mqtt.js'

const TOPIC = 'talos/acme/gs/station-aaaa-0001/state'
const flags = fc.record({ qos: fc.constantFrom(0 as const, 1 as const), retain: fc.boolean() })

t.test('packets are as the standard has them, around every step of the length field', async (t) => {
  const sizes = fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    ...[127, 16_383, 70_000].map((n) => fc.integer({ min: n - TOPIC.length - 9, max: n - TOPIC.length + 9 })),
  )
  fc.assert(
    fc.property(sizes, flags, fc.integer({ min: 1, max: 65_535 }), (size, { qos, retain }, id) => {
      const message = { topic: TOPIC, payload: Buffer.alloc(size, 7), qos, retain }
      const packet = encodePublish(message)
      if (qos === 1) packet.writeUInt16BE(id, idOffset(message))
      t.ok(packet.equals(publishPacket(TOPIC, message.payload, { qos, retain, id })))
    }),
  )
})

t.test('a plain PUBLISH is read as it was written', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), flags, fc.boolean(), (payload, { qos, retain }, dup) => {
      const packet = publishPacket(TOPIC, Buffer.from(payload), { qos, retain, dup, id: 513 })
      const bodyAt = 1 + lengthOf(packet.length - 2).length
      const at = packet.length - 2 < 128 ? 2 : bodyAt
      const read = decodePublish(packet, packet[0] ?? 0, at, packet.length)
      t.same(read, {
        ...{ topic: TOPIC, payload: Buffer.from(payload), qos, retain, dup },
        messageId: qos === 1 ? 513 : 0,
      })
    }),
  )
})

t.test('the same message to many readers is encoded once, another is not taken for it', async (t) => {
  const encoder = new Encoder()
  const message = { topic: 'a', payload: Buffer.from('x'), qos: 0 as const, retain: false }
  const packet = encoder.encode(message)
  t.equal(encoder.encode({ ...message }), packet)
  for (const other of [
    { topic: 'b' },
    { payload: Buffer.from('x') },
    { qos: 1 as const },
    { retain: true },
    { topic: 'a' },
  ]) {
    const wanted = { ...message, ...other }
    const got = encoder.encode(wanted)
    t.not(got, packet)
    t.equal(got.length, encodePublish(wanted).length)
    t.equal(got[0], encodePublish(wanted)[0])
  }
})
