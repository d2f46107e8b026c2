import fc from 'fast-check'
import t from 'tap'
import { connectLength, decodeConnect, encodeConnack } from '../../broker/connect-packet.js'
import { type ConnectOptions, connectPacket, field, packet, u16 } from '../support/raw-mqtt.js'

const who: ConnectOptions = { clientId: 'station-0001', username: 'station-0001', password: 'secret' }

t.test('a CONNECT is read field by field', async (t) => {
  const will = { topic: 'talos/a/gs/b/state', payload: '{}', qos: 1, retain: true }
  t.same(decodeConnect(connectPacket({ ...who, keepalive: 30, will })), {
    clientId: 'station-0001',
    keepaliveS: 30,
    username: 'station-0001',
    password: 'secret',
    will: { ...will, payload: Buffer.from('{}') },
  })
  t.same(decodeConnect(connectPacket({ clientId: '' })), {
    clientId: '',
    keepaliveS: 60,
    username: null,
    password: null,
    will: null,
  })
})

t.test('P25: any protocol but 3.1.1 is told by its version', async (t) => {
  t.equal(decodeConnect(connectPacket({ ...who, level: 5 })), 'version')
  t.equal(decodeConnect(connectPacket({ ...who, level: 3, name: 'MQIsdp' })), 'version')
  t.equal(decodeConnect(connectPacket({ ...who, level: 132 })), 'version')
})

t.test('P14: what the standard forbids is malformed', async (t) => {
  const bad: [string, Buffer][] = [
    ['another protocol', connectPacket({ ...who, name: 'HTTP' })],
    ['the reserved flag', connectPacket({ ...who, flags: 1 })],
    ['a retained will without a will', connectPacket({ ...who, flags: 32 })],
    ['a QoS of no will', connectPacket({ ...who, flags: 8 })],
    ['QoS 3', connectPacket({ ...who, will: { topic: 'a', payload: '', qos: 3 } })],
    ['a password without a user name', connectPacket({ clientId: 'a', password: 'b' })],
    ['NUL', connectPacket({ ...who, clientId: 'a\0b' })],
    ['no UTF-8', connectPacket({ ...who, clientId: Buffer.from([0xc3, 0x28]) })],
    ['half a surrogate pair', connectPacket({ ...who, username: Buffer.from([0xed, 0xa0, 0x80]) })],
    ['a password that is no text', connectPacket({ ...who, password: Buffer.from([0xff, 0xfe]) })],
    ['bytes behind the end', packet(0x10, connectPacket(who).subarray(2), Buffer.from('more'))],
    ['a field longer than the packet', packet(0x10, field('MQTT'), Buffer.from([4, 2]), u16(60), u16(9999))],
    ['nothing at all', packet(0x10)],
  ]
  for (const [what, bytes] of bad) t.throws(() => decodeConnect(bytes), { code: 'malformed' }, what)
})

t.test('P12: the length is known before the packet is there, and bounded', async (t) => {
  const connect = connectPacket(who)
  t.equal(connectLength(connect.subarray(0, 1), 4096), null)
  t.equal(connectLength(connect.subarray(0, 2), 4096), connect.length)
  t.equal(connectLength(Buffer.alloc(0), 4096), null)
  t.throws(() => connectLength(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), 4096), {
    code: 'payload_too_large',
  })
  t.throws(() => connectLength(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80]), 4096), { code: 'malformed' })
  for (const first of [0x00, 0x11, 0x30, 0xc0, 0x47])
    t.throws(() => connectLength(Buffer.from([first, 0]), 4096), { code: 'malformed' }, `first byte ${first}`)
})

t.test('any bytes are read or malformed, never something else', async (t) => {
  const connect = connectPacket({ ...who, will: { topic: 'a', payload: 'b' } })
  fc.assert(
    fc.property(fc.nat(connect.length - 1), fc.nat(255), fc.nat(connect.length), (at, value, length) => {
      const bytes = Buffer.from(connect.subarray(0, length))
      if (at < bytes.length) bytes[at] = value
      try {
        decodeConnect(bytes)
        return true
      } catch (error) {
        return (error as { code?: string }).code === 'malformed'
      }
    }),
    { numRuns: 5000 },
  )
  t.pass()
})

t.test('a CONNACK is four bytes and promises no session', async (t) => {
  t.same([...encodeConnack(4)], [0x20, 2, 0, 4])
})
