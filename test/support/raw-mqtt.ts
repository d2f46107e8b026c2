/**
 * MQTT 3.1.1 by hand: packets that no library would write, and a socket that tells what came back.
 * @module
 */
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'

export const TYPE = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const

const bytes = (value: string | Buffer) => (typeof value === 'string' ? Buffer.from(value) : value)
export const u16 = (n: number) => Buffer.from([n >> 8, n & 255])
/** A string or binary field with its length. */
export const field = (value: string | Buffer) => Buffer.concat([u16(bytes(value).length), bytes(value)])

/** The variable length of 2.2.3. */
export function lengthOf(n: number): Buffer {
  const out: number[] = []
  let rest = n
  do {
    const digit = rest % 128
    rest = Math.floor(rest / 128)
    out.push(rest > 0 ? digit | 128 : digit)
  } while (rest > 0)
  return Buffer.from(out)
}

/** Any packet: first byte and body. */
export const packet = (first: number, ...body: Buffer[]) => {
  const all = Buffer.concat(body)
  return Buffer.concat([Buffer.from([first]), lengthOf(all.length), all])
}

export interface ConnectOptions {
  clientId: string | Buffer
  username?: string | Buffer
  password?: string | Buffer
  keepalive?: number
  clean?: boolean
  name?: string
  level?: number
  will?: { topic: string | Buffer; payload: string | Buffer; qos?: number; retain?: boolean }
  /** Bits that are set besides. */
  flags?: number
}

export function connectPacket(o: ConnectOptions): Buffer {
  const flags =
    (o.flags ?? 0) |
    (o.clean === false ? 0 : 2) |
    (o.will ? 4 | ((o.will.qos ?? 0) << 3) | (o.will.retain ? 32 : 0) : 0) |
    (o.password === undefined ? 0 : 64) |
    (o.username === undefined ? 0 : 128)
  return packet(
    0x10,
    field(o.name ?? 'MQTT'),
    Buffer.from([o.level ?? 4, flags]),
    u16(o.keepalive ?? 60),
    field(o.clientId),
    ...(o.will ? [field(o.will.topic), field(o.will.payload)] : []),
    ...(o.username === undefined ? [] : [field(o.username)]),
    ...(o.password === undefined ? [] : [field(o.password)]),
  )
}

export interface PublishOptions {
  qos?: number
  retain?: boolean
  dup?: boolean
  id?: number
}

export const publishPacket = (topic: string | Buffer, payload: string | Buffer, o: PublishOptions = {}) =>
  packet(
    0x30 | (o.dup ? 8 : 0) | ((o.qos ?? 0) << 1) | (o.retain ? 1 : 0),
    field(topic),
    ...((o.qos ?? 0) > 0 ? [u16(o.id ?? 1)] : []),
    bytes(payload),
  )

export const subscribePacket = (filters: readonly (string | Buffer)[], qos = 0, id = 1) =>
  packet(0x82, u16(id), ...filters.flatMap((f) => [field(f), Buffer.from([qos])]))

export const unsubscribePacket = (filters: readonly string[], id = 1) =>
  packet(0xa2, u16(id), ...filters.map((f) => field(f)))

export const PINGREQ = Buffer.from([0xc0, 0])
export const DISCONNECT = Buffer.from([0xe0, 0])

export interface Received {
  readonly type: number
  readonly first: number
  readonly body: Buffer
}

/** A PUBLISH that was received. */
export function readPublish({ first, body }: Received) {
  const end = 2 + body.readUInt16BE(0)
  const qos = (first >> 1) & 3
  return {
    topic: body.subarray(2, end).toString(),
    payload: body.subarray(end + (qos > 0 ? 2 : 0)).toString(),
    qos,
    retain: (first & 1) === 1,
    dup: (first & 8) === 8,
  }
}

/** A socket that speaks raw bytes and hears packets. */
export class RawClient {
  readonly received: Received[] = []
  readonly closed: Promise<void>
  isClosed = false
  #buffer = Buffer.alloc(0)
  #taken = 0
  #wake: () => void = () => {}

  constructor(readonly socket: Socket) {
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk])
      this.#parse()
      this.#wake()
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true
        this.#wake()
        resolve()
      })
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  send(...packets: Buffer[]): void {
    this.socket.write(Buffer.concat(packets))
  }

  /** The next packet that was not taken yet, or null when the socket is closed. */
  async next(): Promise<Received | null> {
    for (;;) {
      const packet = this.received[this.#taken]
      if (packet !== undefined) {
        this.#taken++
        return packet
      }
      if (this.isClosed) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next packet of this type; others before it are passed over. */
  async nextOf(type: number): Promise<Received | null> {
    for (;;) {
      const packet = await this.next()
      if (packet === null || packet.type === type) return packet
    }
  }

  /** Sends a CONNECT and returns the code of its CONNACK, or null when it was closed without one. */
  async connect(options: ConnectOptions): Promise<number | null> {
    this.send(connectPacket(options))
    return this.connack()
  }

  async connack(): Promise<number | null> {
    return (await this.nextOf(TYPE.connack))?.body[1] ?? null
  }

  /** Subscribes and returns the granted QoS, 128 for «no», or null when it was closed. */
  async subscribe(filters: readonly string[], qos = 0): Promise<number[] | null> {
    this.send(subscribePacket(filters, qos))
    const suback = await this.nextOf(TYPE.suback)
    return suback === null ? null : [...suback.body.subarray(2)]
  }

  async nextPublish() {
    const packet = await this.nextOf(TYPE.publish)
    return packet === null ? null : readPublish(packet)
  }

  /** A round trip: everything sent before has been handled. False when the socket is closed. */
  async ping(): Promise<boolean> {
    this.send(PINGREQ)
    return (await this.nextOf(TYPE.pingresp)) !== null
  }

  /** Lets go of all that was received and taken. */
  forget(): void {
    this.received.splice(0, this.#taken)
    this.#taken = 0
  }

  end(): void {
    this.socket.destroy()
  }

  #parse(): void {
    for (;;) {
      let length = 0
      let at = 1
      for (; ; at++) {
        const byte = this.#buffer[at]
        if (byte === undefined) return
        length += (byte & 127) * 128 ** (at - 1)
        if (byte < 128) break
      }
      const first = this.#buffer[0] ?? 0
      const end = at + 1 + length
      if (this.#buffer.length < end) return
      this.received.push({ type: first >> 4, first, body: this.#buffer.subarray(at + 1, end) })
      this.#buffer = this.#buffer.subarray(end)
    }
  }
}
