/**
 * A lean MQTT client for loads: no stream, no parser, one buffer for what all sockets read. It looks at fixed headers
 * only and hands over where each packet lies.
 * @module
 */
import { createConnection, type Socket } from 'node:net'
import { connectPacket, subscribePacket, TYPE } from '../../support/raw-mqtt.js'
import { clientIdOf, keyOf } from './accounts.js'

/** A packet lies in `bytes`; its variable header starts at `at`, and it ends before `end`. */
export type OnPacket = (first: number, bytes: Buffer, at: number, end: number) => void

const READ_BYTES = 256 * 1024
/** Callbacks are synchronous, so one is enough. */
const shared = Buffer.allocUnsafe(READ_BYTES)

export class LoadClient {
  onPacket: OnPacket = () => {}
  /** A chunk was read to its end. */
  onChunk: () => void = () => {}
  #rest: Buffer | null = null
  #isClosing = false

  private constructor(readonly socket: Socket) {}

  /** Connects as one of the accounts, and subscribes to the filter if there is one. */
  static async open(port: number, name: string, filter?: string, qos: 0 | 1 = 0): Promise<LoadClient> {
    const holder: { client?: LoadClient } = {}
    const socket = createConnection({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (bytesRead) => {
          holder.client?.read(bytesRead)
          return true
        },
      },
    })
    const client = new LoadClient(socket)
    holder.client = client
    const answer = (type: number) =>
      new Promise<number>((resolve, reject) => {
        socket.once('close', () => {
          if (!client.#isClosing) reject(new Error(`${name} was sent away`))
        })
        client.onPacket = (first, bytes, _at, end) => {
          if (first >> 4 === type) resolve(bytes[end - 1] ?? 0)
        }
      })
    socket.write(
      connectPacket({ clientId: clientIdOf(name), username: name, password: keyOf(name), keepalive: 300 }),
    )
    const code = await answer(TYPE.connack)
    if (code !== 0) throw new Error(`${name}: CONNACK ${code}`)
    if (filter === undefined) return client
    socket.write(subscribePacket([filter], qos))
    const granted = await answer(TYPE.suback)
    if (granted !== qos) throw new Error(`${name}: SUBACK ${granted}`)
    return client
  }

  close(): void {
    this.#isClosing = true
    this.socket.destroy()
  }

  private read(bytesRead: number): void {
    const chunk = shared.subarray(0, bytesRead)
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])
    let start = 0
    for (;;) {
      let length = 0
      let at = start + 1
      let byte = bytes[at++]
      for (let shift = 1; byte !== undefined; shift *= 128, byte = bytes[at++]) {
        length += (byte & 127) * shift
        if (byte < 128) break
      }
      const end = at + length
      if (byte === undefined || end > bytes.length) break
      this.onPacket(bytes[start] ?? 0, bytes, at, end)
      start = end
    }
    // A copy: the buffer will be read into again.
    this.#rest = start === bytes.length ? null : Buffer.from(bytes.subarray(start))
    this.onChunk()
  }
}
