/**
 * The text of a set that is hashed to name it.
 * @module
 */
import type { Omm } from '../messages.js'
import { normalEpoch } from './epoch.js'

/**
 * JSON with sorted keys and no blanks (RFC 8785), the epoch in one spelling. Equal sets give equal text, wherever they
 * came from.
 */
export function canonicalOmm(omm: Omm): string {
  const entries = Object.entries({ ...omm, EPOCH: normalEpoch(omm.EPOCH) })
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))))
}
