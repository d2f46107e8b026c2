/**
 * Ids: opaque, 128 random bits, never secrets (B13).
 * @module
 */
import type { Random } from '../ports.js'

/** A UUID, version 4 (RFC 9562, section 5.4). */
export function newId(random: Random): string {
  const bytes = random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
