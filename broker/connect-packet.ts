/**
 * The CONNECT and CONNACK packets of MQTT 3.1.1 (sections 3.1, 3.2), read strictly. The broker reads the CONNECT itself,
 * so that nothing of a stranger reaches the library behind it (P2).
 * @module
 */
import { TalosError } from '../shared/errors.js'

export interface Will {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: number
  readonly retain: boolean
}

export interface ConnectPacket {
  readonly clientId: string
  /** Seconds; 0 is never. */
  readonly keepaliveS: number
  readonly username: string | null
  /** As text; a password that is not UTF-8 is malformed, since no credential of ours is. */
  readonly password: string | null
  readonly will: Will | null
}

export const CONNACK = {
  accepted: 0,
  protocolVersion: 1,
  clientId: 2,
  unavailable: 3,
  credentials: 4,
  notAuthorized: 5,
} as const
export type ConnackCode = (typeof CONNACK)[keyof typeof CONNACK]

const CONNECT_TYPE = 0x10
const MAX_LENGTH_BYTES = 4
const PROTOCOL_NAME = 'MQTT'
const PROTOCOL_LEVEL = 4
const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const malformed = (detail: string) => new TalosError('malformed', `CONNECT: ${detail}.`)

/**
 * The total length of the packet at the start of `bytes`, or null while the header is incomplete.
 * @throws TalosError `malformed` when it is no CONNECT, `payload_too_large` beyond `maxBytes`.
 */
export function connectLength(bytes: Buffer, maxBytes: number): number | null {
  if (bytes.length === 0) return null
  // [MQTT-3.1.0-1], [MQTT-2.2.2-2]
  if (bytes[0] !== CONNECT_TYPE) throw malformed(`the first byte is ${bytes[0]}, not ${CONNECT_TYPE}`)
  let length = 0
  for (let i = 0; i < MAX_LENGTH_BYTES; i++) {
    const byte = bytes[i + 1]
    if (byte === undefined) return null
    length += (byte & 0x7f) * 128 ** i
    if (length > maxBytes)
      throw new TalosError('payload_too_large', `CONNECT: longer than ${maxBytes} bytes.`)
    if ((byte & 0x80) === 0) return 2 + i + length
  }
  throw malformed('the remaining length has more than 4 bytes')
}

/** Walks over the fields of a packet; every step checks that the bytes are there. */
class FieldReader {
  #at = 0

  constructor(readonly bytes: Buffer) {}

  get done(): boolean {
    return this.#at === this.bytes.length
  }

  byte(): number {
    return this.#take(1)[0] ?? 0
  }

  uint16(): number {
    return this.#take(2).readUInt16BE(0)
  }

  binary(): Buffer {
    return this.#take(this.uint16())
  }

  /** [MQTT-1.5.3-1], [MQTT-1.5.3-2]: well-formed UTF-8 without NUL (P14). */
  string(): string {
    let text: string
    try {
      text = TEXT.decode(this.binary())
    } catch (cause) {
      if (cause instanceof TalosError) throw cause
      throw malformed('a string is not UTF-8')
    }
    if (text.includes('\0')) throw malformed('a string holds NUL')
    return text
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.bytes.length) throw malformed('it ends in the middle of a field')
    const part = this.bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }
}

/**
 * Reads a whole CONNECT. Returns `'version'` for any protocol but 3.1.1, which is answered with CONNACK 1 (F1).
 * @throws TalosError `malformed`
 */
export function decodeConnect(packet: Buffer): ConnectPacket | 'version' {
  const body = packet.subarray(1 + lengthBytes(packet))
  const fields = new FieldReader(body)
  const name = fields.string()
  const level = fields.byte()
  if (name !== PROTOCOL_NAME && name !== 'MQIsdp') throw malformed('unknown protocol name')
  if (name !== PROTOCOL_NAME || level !== PROTOCOL_LEVEL) return 'version'
  const flags = fields.byte()
  const has = (bit: number) => (flags & bit) !== 0
  const willQos = (flags >> 3) & 3
  if (has(0x01)) throw malformed('the reserved flag is set') // [MQTT-3.1.2-3]
  if (!has(0x04) && (willQos > 0 || has(0x20))) throw malformed('will flags without a will') // [MQTT-3.1.2-13], -15
  if (willQos === 3) throw malformed('the QoS of the will is 3') // [MQTT-3.1.2-14]
  if (has(0x40) && !has(0x80)) throw malformed('a password without a user name') // [MQTT-3.1.2-22]
  const keepaliveS = fields.uint16()
  const clientId = fields.string()
  const will = has(0x04)
    ? { topic: fields.string(), payload: Buffer.from(fields.binary()), qos: willQos, retain: has(0x20) }
    : null
  const username = has(0x80) ? fields.string() : null
  const password = has(0x40) ? fields.string() : null
  if (!fields.done) throw malformed('bytes behind the last field')
  return { clientId, keepaliveS, username, password, will }
}

const lengthBytes = (packet: Buffer): number => {
  let i = 1
  while (((packet[i] ?? 0) & 0x80) !== 0) i++
  return i
}

/** A CONNACK without a session. */
export const encodeConnack = (code: ConnackCode): Buffer => Buffer.from([0x20, 2, 0, code])
