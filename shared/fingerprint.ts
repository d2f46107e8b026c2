/**
 * The fingerprint of a station's public key, as two people compare it, one at the screen, one at the antenna.
 * @module
 */

const GROUP = 4

/** Hex in groups of four upper-case digits: `A1B2 C3D4 ...`. SHA-256 gives sixteen of them. */
export const fingerprintGroups = (hex: string): readonly string[] =>
  hex.toUpperCase().match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []
