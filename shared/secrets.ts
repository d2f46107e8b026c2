/**
 * The form of the opaque secrets: `gsk_` station and service keys, `gse_` enrollment tokens, `gsa_` API tokens,
 * `gsr_` refresh tokens of command lines. The prefix is the purpose: a token of one is refused for another (B17).
 * @module
 */

export const SECRET_PREFIXES = ['gsk', 'gse', 'gsa', 'gsr'] as const
export type SecretPrefix = (typeof SECRET_PREFIXES)[number]

export interface Secret {
  readonly prefix: SecretPrefix
  /** Public half: names the row, 64 random bits in hex. */
  readonly id: string
  /** Secret half: 256 random bits in base64url. */
  readonly secret: string
}

const FORM = /^(gsk|gse|gsa|gsr)_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

/** Reads `prefix_id_secret`; null for anything else, and for a secret of another purpose. */
export function parseSecret(text: string, purpose: SecretPrefix): Secret | null {
  const match = FORM.exec(text)
  if (match?.[1] !== purpose || match[2] === undefined || match[3] === undefined) return null
  return { prefix: purpose, id: match[2], secret: match[3] }
}

/** Writes a secret. `id` is 16 hex digits, `secret` 43 characters of base64url. */
export const formatSecret = ({ prefix, id, secret }: Secret): string => `${prefix}_${id}_${secret}`
