/**
 * Takes the PROXY header off a socket and leaves the rest in it, for the TLS handshake or the CONNECT behind.
 * @module
 */
import type { Socket } from 'node:net'
import { TalosError } from '../shared/errors.js'
import { type ProxyHeader, readProxyHeader } from './proxy-protocol.js'
import { StreamEnded } from './read-connect.js'

/**
 * @throws StreamEnded when the balancer went away, TalosError `malformed` for another beginning, TalosError `expired`
 * when the header is not whole after `ms`
 */
export function takeProxyHeader(socket: Socket, ms: number): Promise<ProxyHeader> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0)
    const finish = (settle: () => void) => {
      clearTimeout(deadline)
      socket.off('readable', onReadable)
      socket.off('end', onEnd)
      socket.off('close', onEnd)
      settle()
    }
    const deadline = setTimeout(() => {
      finish(() => reject(new TalosError('expired', `The PROXY header was not there after ${ms} ms.`)))
    }, ms)
    const onEnd = () => finish(() => reject(new StreamEnded('the balancer went away')))
    const onReadable = () => {
      try {
        const chunk: Buffer | null = socket.read()
        if (chunk === null) return
        bytes = Buffer.concat([bytes, chunk])
        const header = readProxyHeader(bytes)
        if (header === null) return
        finish(() => {
          if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length))
          resolve(header)
        })
      } catch (error) {
        finish(() => reject(error))
      }
    }
    socket.on('readable', onReadable)
    socket.on('end', onEnd)
    socket.on('close', onEnd)
  })
}
