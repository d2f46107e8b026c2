/**
 * Reads a PUBLISH (MQTT 3.1.1, 3.3) where there is nothing strange about it.
 * @module
 */
import type { PublishPacket } from './traffic.js'

export interface PlainPublish extends PublishPacket {
  payload: Buffer
}

/**
 * Null for all that a client of ours does not send: QoS 2, no packet identifier, no room for the topic. Bytes above 127
 * in the topic become characters that no topic of ours has. The payload is a window on `bytes`.
 */
export function decodePublish(
  bytes: Buffer,
  first: number,
  bodyAt: number,
  end: number,
): PlainPublish | null {
  const qos = (first >> 1) & 3
  if (qos > 1 || end < bodyAt + 2) return null
  const topicAt = bodyAt + 2
  const topicEnd = topicAt + bytes.readUInt16BE(bodyAt)
  const payloadAt = topicEnd + (qos === 1 ? 2 : 0)
  if (payloadAt > end) return null
  const messageId = qos === 1 ? bytes.readUInt16BE(topicEnd) : 0
  if (qos === 1 && messageId === 0) return null
  return {
    topic: bytes.toString('latin1', topicAt, topicEnd),
    payload: bytes.subarray(payloadAt, end),
    qos,
    retain: (first & 1) === 1,
    dup: (first & 8) === 8,
    messageId,
  }
}
