import t from 'tap'
import { decodePublish } from '../../broker/decode-publish.js'
import { publishPacket } from '../support/raw-mqtt.js'

/** Of a packet with one byte of length. */
const read = (packet: Buffer) => decodePublish(packet, packet[0] ?? 0, 2, packet.length)

t.test(
  'what is strange is left to others: QoS 2, QoS 3, no identifier, a topic beyond the end',
  async (t) => {
    t.equal(read(publishPacket('a', 'x', { qos: 2 })), null)
    t.equal(read(publishPacket('a', 'x', { qos: 3 })), null)
    t.equal(read(publishPacket('a', 'x', { qos: 1, id: 0 })), null)
    t.equal(read(Buffer.from([0x30, 3, 0, 9, 97])), null)
    t.equal(read(Buffer.from([0x32, 4, 0, 1, 97, 0])), null)
    t.equal(read(Buffer.from([0x30, 1, 0])), null)
  },
)

t.test('P14: bytes above 127 become characters that no topic of ours has', async (t) => {
  for (const topic of ['talos/ac\u00e4me', 'talos/\u6771'])
    t.match(read(publishPacket(topic, 'x'))?.topic, /[\u0080-\u00ff]/)
  t.match(read(publishPacket(Buffer.from([97, 0xff, 97]), 'x'))?.topic, /\u00ff/)
})

t.test('the payload is a window, and may be empty', async (t) => {
  const packet = publishPacket('a', 'xyz')
  t.equal(read(packet)?.payload.buffer, packet.buffer)
  t.equal(read(publishPacket('a', ''))?.payload.length, 0)
})
