/**
 * Reads the CONNECT of a stranger, and not a byte more than it must: what comes behind stays in the stream until the
 * stranger has a name (P2).
 * @module
 */
import type { Duplex } from 'node:stream'
import { type ConnectPacket, connectLength, decodeConnect } from './connect-packet.js'

/** The peer went away, or was sent away, before its CONNECT was whole. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded'
}

/**
 * Resolves with the CONNECT; the bytes behind it have been put back. The caller sets the deadline by destroying the
 * stream.
 * @throws StreamEnded, or TalosError `malformed` or `payload_too_large`
 */
export function readConnect(stream: Duplex, maxBytes: number): Promise<ConnectPacket | 'version'> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0)
    const finish = (settle: () => void) => {
      stream.off('readable', onReadable)
      stream.off('end', onEnd)
      stream.off('close', onEnd)
      settle()
    }
    const onEnd = () => finish(() => reject(new StreamEnded('the stream ended before its CONNECT')))
    const onReadable = () => {
      try {
        const chunk: Buffer | null = stream.read()
        if (chunk === null) return
        bytes = Buffer.concat([bytes, chunk])
        const length = connectLength(bytes, maxBytes)
        if (length === null || bytes.length < length) return
        const connect = decodeConnect(bytes.subarray(0, length))
        const rest = bytes.subarray(length)
        finish(() => {
          if (rest.length > 0) stream.unshift(rest)
          resolve(connect)
        })
      } catch (error) {
        finish(() => reject(error))
      }
    }
    if (stream.destroyed || stream.readableEnded) return onEnd()
    stream.on('readable', onReadable)
    stream.on('end', onEnd)
    stream.on('close', onEnd)
  })
}
