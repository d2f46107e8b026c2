/**
 * Changes to a packet, each of which a broken or hostile client could make.
 * @module
 */
import type { Pick } from '../random.js'
import { frame, OPCODE } from '../raw-websocket.js'

/** Bytes at which parsers change their mind: 0, signs, wildcards, `$`, `/`, packet types. */
const BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x23, 0x24, 0x2b, 0x2f, 0x30, 0x3d, 0x82, 0xe0]
/** Lengths at which their encoding changes, and beyond (MQTT 3.1.1, 2.2.3). */
const LENGTHS = [
  Buffer.from([0]),
  Buffer.from([0x7f]),
  Buffer.from([0x80, 0x01]),
  Buffer.from([0x80, 0x80, 0x01]),
  Buffer.from([0xff, 0xff, 0xff, 0x7f]),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0x01]),
  Buffer.from([0x80, 0x00]),
]
/** What is no UTF-8, and what is but may not stand in a string of MQTT. */
const TEXTS = [Buffer.from([0xc3, 0x28]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('\0\ufeff\u0301')]

/** The packet with one change. */
export function mutated(bytes: Buffer, pick: Pick): Buffer {
  const out = Buffer.from(bytes)
  const at = pick(Math.max(1, out.length))
  const insert = (what: Buffer, skip = 0) =>
    Buffer.concat([out.subarray(0, at), what, out.subarray(at + skip)])
  switch (pick(11)) {
    case 0:
      out[at] = BYTES[pick(BYTES.length)] ?? 0
      return out
    case 1:
      out[at] = (out[at] ?? 0) ^ (1 << pick(8))
      return out
    case 2:
      return out.subarray(0, at + 1)
    case 3:
      return insert(Buffer.alloc(pick(20), pick(256)))
    case 4:
      return Buffer.concat([out, out.subarray(at)])
    case 5:
      out[1] = pick(256)
      return out
    case 6:
      // QoS, DUP and retain.
      out[0] = ((out[0] ?? 0) & 0xf0) | pick(16)
      return out
    case 7:
      return Buffer.concat([out.subarray(0, 1), LENGTHS[pick(LENGTHS.length)] ?? out, out.subarray(2)])
    case 8:
      return insert(TEXTS[pick(TEXTS.length)] ?? out, pick(4))
    case 9:
      return Buffer.concat([out.subarray(0, at), out])
    default:
      out.subarray(at, at + 1 + pick(out.length)).reverse()
      return out
  }
}

/** The bytes in pieces of any size, as a network or a hostile sender cuts them. */
export function* segments(bytes: Buffer, pick: Pick): Generator<Buffer> {
  for (let rest = bytes; rest.length > 0; ) {
    const step = pick(3) === 0 ? 1 + pick(40) : rest.length
    yield rest.subarray(0, step)
    rest = rest.subarray(step)
  }
}

/** A piece of MQTT in WebSocket frames: mostly right, else in fragments, interleaved, of wrong type, mask or length. */
export function frames(bytes: Buffer, pick: Pick): Buffer {
  const half = pick(bytes.length + 1)
  const [head, tail] = [bytes.subarray(0, half), bytes.subarray(half)]
  switch (pick(60)) {
    case 0:
    case 1:
      return Buffer.concat([frame(head), frame(tail)])
    case 2:
    case 3:
      return Buffer.concat([frame(head, { fin: false }), frame(tail, { opcode: OPCODE.continuation })])
    case 4:
      return Buffer.concat([
        frame(head, { fin: false }),
        frame(Buffer.from('x'), { opcode: OPCODE.ping }),
        frame(tail, { opcode: OPCODE.continuation }),
      ])
    case 5:
      return frame(bytes, { opcode: OPCODE.text })
    case 6:
      return frame(bytes, { opcode: pick(16), fin: pick(2) === 0 })
    case 7:
      return frame(bytes, { reserved: 1 + pick(7) })
    case 8:
      return frame(bytes, { masked: false })
    case 9:
      return frame(bytes, { announced: [0, 125, 126, 65_535, 65_537, 2 ** 31, 2 ** 52][pick(7)] ?? 0 })
    case 10:
      return mutated(frame(bytes), pick)
    default:
      return frame(bytes)
  }
}
