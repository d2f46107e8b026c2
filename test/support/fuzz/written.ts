/**
 * What leaves this process for a port, at the moment at which it is written: not when it arrives, for by then what was
 * allowed may be forbidden.
 * @module
 */
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Calls `onText` with each text that any socket of this process writes to `port`. Returns what ends it. */
export function watchWrites(port: () => number, onText: (socket: Socket, text: string) => void): () => void {
  const before = Socket.prototype.write
  const write = function (this: Socket, ...given: Parameters<Duplex['write']>) {
    if (this.remotePort === port()) onText(this, String(given[0]))
    return Reflect.apply(Duplex.prototype.write, this, given)
  }
  Socket.prototype.write = write as typeof before
  return () => {
    Socket.prototype.write = before
  }
}
