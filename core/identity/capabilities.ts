/**
 * What a station may do, as its row says (E14).
 * @module
 */
import type { Capability } from '../../shared/capabilities.js'

/** One list for all stations of a kind, not one for each of a fleet. */
const LISTS: readonly (readonly Capability[])[] = [['rotator'], ['rotator', 'rig'], ['rig']]
const NONE: readonly Capability[] = []

/** Default deny: what is not known is nothing. */
export const capabilitiesOf = (row: readonly string[]): readonly Capability[] =>
  LISTS.find((list) => list.length === row.length && list.every((one) => row.includes(one))) ?? NONE
