/**
 * What a station is for (E14): it turns an antenna, it tunes a radio.
 * @module
 */
export const CAPABILITIES = ['rotator', 'rig'] as const
export type Capability = (typeof CAPABILITIES)[number]
