/**
 * WebSocket by hand (RFC 6455): a handshake, and frames that no library would write.
 * @module
 */
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameOptions {
  readonly opcode?: number
  /** False: more of this message follows. */
  readonly fin?: boolean
  /** RSV1 to RSV3, of which RSV1 says «compressed». */
  readonly reserved?: number
  /** A client must mask. */
  readonly masked?: boolean
  /** The length that is announced, where it is not the true one. */
  readonly announced?: number
}

/** One frame, from a client unless `masked` is false. */
export function frame(payload: Buffer, options: FrameOptions = {}): Buffer {
  const { opcode = OPCODE.binary, fin = true, reserved = 0, masked = true, announced } = options
  const length = announced ?? payload.length
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode]
  const mask = masked ? 0x80 : 0
  if (length < 126) head.push(mask | length)
  else if (length < 65_536) head.push(mask | 126, length >> 8, length & 255)
  else {
    const wide = Buffer.alloc(8)
    wide.writeBigUInt64BE(BigInt(length))
    head.push(mask | 127, ...wide)
  }
  if (!masked) return Buffer.concat([Buffer.from(head), payload])
  const key = Buffer.from([0x5a, 0x01, 0xff, 0x80])
  const body = Buffer.from(payload.map((byte, i) => byte ^ (key[i & 3] ?? 0)))
  return Buffer.concat([Buffer.from(head), key, body])
}

/** A socket whose handshake at `/mqtt` was answered with 101, or the first line of the answer when it was not. */
export async function openWebSocket(port: number, headers: readonly string[] = []): Promise<Socket | string> {
  const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    [
      'GET /mqtt HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: mqtt',
      ...headers,
      '\r\n',
    ].join('\r\n'),
  )
  let answer = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    answer += (chunk as Buffer).toString('latin1')
    if (answer.includes('\r\n\r\n')) break
  }
  const status = answer.split('\r\n')[0] ?? ''
  if (status.includes(' 101 ')) return socket
  socket.destroy()
  return answer
}
