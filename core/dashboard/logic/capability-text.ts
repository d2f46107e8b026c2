/**
 * What a station is for, in words (E14).
 * @module
 */
import type { Capability } from '../../../shared/capabilities.js'

export const CAPABILITY_TEXT: Readonly<Record<Capability, string>> = {
  rotator: 'Turns an antenna',
  rig: 'Tunes a radio',
}
