/**
 * PUBLISH packets as bytes (MQTT 3.1.1, 3.3). The same message to many readers is encoded once.
 * @module
 */

export interface Message {
  /** One of ours, so it is ASCII. */
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1
  readonly retain: boolean
}

const PUBLISH = 0x30
const QOS_1 = 0x02
const RETAIN = 0x01

/** How many bytes the variable length of 2.2.3 takes. */
const lengthBytes = (n: number) => (n < 128 ? 1 : n < 16_384 ? 2 : n < 2_097_152 ? 3 : 4)

/** Where the packet identifier stands in a packet of QoS 1 with this topic and payload. */
export const idOffset = ({ topic, payload }: Pick<Message, 'topic' | 'payload'>): number =>
  1 + lengthBytes(topic.length + payload.length + 4) + 2 + topic.length

/** With QoS 1 the packet identifier is left to be filled in. */
export function encodePublish({ topic, payload, qos, retain }: Message): Buffer {
  const length = 2 + topic.length + (qos === 1 ? 2 : 0) + payload.length
  const packet = Buffer.allocUnsafe(1 + lengthBytes(length) + length)
  let at = 0
  packet[at++] = PUBLISH | (qos === 1 ? QOS_1 : 0) | (retain ? RETAIN : 0)
  let rest = length
  while (rest > 127) {
    packet[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  packet[at++] = rest
  packet[at++] = topic.length >>> 8
  packet[at++] = topic.length & 255
  at += packet.write(topic, at, 'latin1')
  if (qos === 1) at += 2
  payload.copy(packet, at)
  return packet
}

/** Remembers the last message that it encoded: its readers follow one upon the other. */
export class Encoder {
  #last: Message | null = null
  #packet: Buffer = Buffer.alloc(0)

  /** Not to be changed: it is shared. */
  encode(message: Message): Buffer {
    const last = this.#last
    if (
      last === null ||
      last.payload !== message.payload ||
      last.topic !== message.topic ||
      last.qos !== message.qos ||
      last.retain !== message.retain
    ) {
      this.#packet = encodePublish(message)
      this.#last = message
    }
    return this.#packet
  }
}
