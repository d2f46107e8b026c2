import { duplexPair } from 'node:stream'
import t from 'tap'
import { readConnect, StreamEnded } from '../../broker/read-connect.js'
import { connectPacket, PINGREQ, publishPacket } from '../support/raw-mqtt.js'

const connect = connectPacket({ clientId: 'a', username: 'b', password: 'c' })

t.test('P2: what is pipelined behind the CONNECT stays in the stream, in order', async (t) => {
  const [near, far] = duplexPair()
  far.write(Buffer.concat([connect, PINGREQ]))
  far.write(PINGREQ)
  t.match(await readConnect(near, 4096), { clientId: 'a' })
  t.same(near.read(), Buffer.concat([PINGREQ, PINGREQ]))
})

t.test('a CONNECT may come byte by byte', async (t) => {
  const [near, far] = duplexPair()
  const reading = readConnect(near, 4096)
  for (const byte of connect) {
    far.write(Buffer.from([byte]))
    await new Promise(setImmediate)
  }
  t.match(await reading, { username: 'b', password: 'c' })
})

t.test(
  'P12: a CONNECT beyond the limit, and anything before a CONNECT, is refused at its first bytes',
  async (t) => {
    for (const [bytes, code] of [
      [Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), 'payload_too_large'],
      [publishPacket('a', 'b'), 'malformed'],
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'malformed'],
    ] as const) {
      const [near, far] = duplexPair()
      far.write(bytes)
      await t.rejects(readConnect(near, 4096), { code })
    }
  },
)

t.test('a peer that goes away before its CONNECT is whole has abandoned it', async (t) => {
  const [near, far] = duplexPair()
  const reading = readConnect(near, 4096)
  far.write(connect.subarray(0, 10))
  far.end()
  await t.rejects(reading, StreamEnded)
  const [gone] = duplexPair()
  gone.destroy()
  await t.rejects(readConnect(gone, 4096), StreamEnded)
})
