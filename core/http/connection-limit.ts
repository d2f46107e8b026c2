/**
 * How many sockets the HTTP server holds open, for who opens them and says nothing: each costs a file descriptor.
 * @module
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { addressBlock } from '../../broker/lockout.js'

export interface ConnectionLimits {
  readonly total: number
  /** Of one address (one IPv6 /64). */
  readonly perAddress: number
  /** Does this address stand for many clients, so that only the total holds? */
  readonly isShared: (remoteAddress: string) => boolean
}

/** Closes what comes in beyond the limits, without a word: an answer would cost more than the socket. */
export function limitConnections(server: Server, { total, perAddress, isShared }: ConnectionLimits): void {
  server.maxConnections = total
  const open = new Map<string, number>()
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (remoteAddress === undefined || isShared(remoteAddress)) return
    const block = addressBlock(remoteAddress)
    const count = (open.get(block) ?? 0) + 1
    if (count > perAddress) {
      socket.destroy()
      return
    }
    open.set(block, count)
    socket.once('close', () => {
      const left = (open.get(block) ?? 1) - 1
      if (left === 0) open.delete(block)
      else open.set(block, left)
    })
  })
}
