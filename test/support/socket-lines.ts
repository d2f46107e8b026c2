/**
 * The connections of which this process holds both ends, and what is on its way between them: on a loaded machine even
 * the loopback interface delivers late.
 * @module
 */
import type { Socket } from 'node:net'

export class SocketLines {
  readonly #lines = new Set<readonly [Socket, Socket]>()
  /** Ends that wait for their other one, by the ports of both. */
  readonly #ends = new Map<string, Socket>()

  /** A socket that connects, and is connected some time later. */
  dialled(socket: Socket): void {
    socket.once('connect', () => this.#pair(socket, `${socket.localPort} ${socket.remotePort}`))
  }

  /** A socket that a server has accepted. */
  answered(socket: Socket): void {
    this.#pair(socket, `${socket.remotePort} ${socket.localPort}`)
  }

  /** Bytes that one end has sent and the other has not read. */
  onTheWay(): number {
    let bytes = 0
    for (const [a, b] of this.#lines)
      bytes += Math.max(0, a.bytesWritten - b.bytesRead) + Math.max(0, b.bytesWritten - a.bytesRead)
    return bytes
  }

  #pair(socket: Socket, ports: string): void {
    const other = this.#ends.get(ports)
    if (other === undefined) {
      this.#ends.set(ports, socket)
      socket.once('close', () => this.#ends.delete(ports))
      return
    }
    this.#ends.delete(ports)
    const line = [other, socket] as const
    this.#lines.add(line)
    for (const end of line) end.once('close', () => this.#lines.delete(line))
  }
}
