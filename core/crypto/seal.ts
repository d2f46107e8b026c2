/**
 * Secrets at rest (A38): AES-256-GCM under a key derived from the master key, versioned, bound to the place where they
 * are kept, so that a sealed value copied to another row or column does not open there.
 * @module
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { TalosError } from '../../shared/errors.js'
import type { Random } from '../ports.js'

/** NIST SP 800-38D, 5.2.1.1: 96 bits, so that GCM uses them as they are. */
const IV_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32

/** What a subkey is for. Two purposes never share a key. */
export type KeyPurpose =
  | 'seal'
  | 'seal-tag'
  | 'check'
  | 'user-code'
  | 'short-code'
  | 'known-browser'
  | 'access-token'
  | 'refresh-token'
  | 'pairing-number'

/** A subkey of the master key, by HKDF-SHA-256 (RFC 5869). */
export const deriveKey = (masterKey: Uint8Array, purpose: KeyPurpose): Uint8Array<ArrayBuffer> =>
  new Uint8Array(hkdfSync('sha256', masterKey, '', `talos:${purpose}:v1`, KEY_BYTES))

/** Names a key inside what it sealed: 32 bits tell the few keys of an installation apart, and nothing of the key. */
const tagOf = (masterKey: Uint8Array): string =>
  Buffer.from(deriveKey(masterKey, 'seal-tag')).toString('hex', 0, 4)

interface SealKey {
  readonly tag: string
  readonly key: Uint8Array
}

const sealKey = (masterKey: Uint8Array): SealKey => ({
  tag: tagOf(masterKey),
  key: deriveKey(masterKey, 'seal'),
})

export class Sealer {
  readonly #current: SealKey
  readonly #keys: readonly SealKey[]

  /** `previous`: while the master key rotates (O17), the one that sealed until now. */
  constructor(
    masterKey: Uint8Array,
    private readonly random: Random,
    previous: Uint8Array | null = null,
  ) {
    this.#current = sealKey(masterKey)
    this.#keys = [this.#current, ...(previous === null ? [] : [sealKey(previous)])]
  }

  /** `place` is `Table:column:id`. Returns `v2.<tag of the key>.<iv>.<ciphertext and tag>`, the last two base64url. */
  seal(plain: Uint8Array, place: string): string {
    const iv = this.random(IV_BYTES)
    const { tag, key } = this.#current
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    return ['v2', tag, iv.toString('base64url'), sealed.toString('base64url')].join('.')
  }

  /** Whether it is in the newest form, under the current key; otherwise it is to be sealed anew. */
  isCurrent(text: string): boolean {
    return text.startsWith(`v2.${this.#current.tag}.`)
  }

  /** @throws TalosError `master_key_wrong` when the key, the place or a byte is another than when it was sealed */
  open(text: string, place: string): Buffer {
    const [version, ...parts] = text.split('.')
    // Before 2026-11, v1 did not name its key.
    const [tag, iv, sealed] = version === 'v1' ? [null, ...parts] : parts
    const nonce = Buffer.from(iv ?? '', 'base64url')
    const bytes = Buffer.from(sealed ?? '', 'base64url')
    const isForm = (version === 'v1' && parts.length === 2) || (version === 'v2' && parts.length === 3)
    if (!isForm || nonce.length !== IV_BYTES || bytes.length < TAG_BYTES)
      throw new TalosError('master_key_wrong', `The secret at ${place} is not in a form that we write.`)
    for (const { key } of this.#keys.filter((known) => tag === null || known.tag === tag)) {
      const plain = decrypt(key, nonce, bytes, place)
      if (plain !== null) return plain
    }
    throw new TalosError(
      'master_key_wrong',
      `The secret at ${place} does not open. Start with the master key that sealed it.`,
    )
  }
}

/** Null when the key, the place or a byte is another. */
function decrypt(key: Uint8Array, iv: Uint8Array, sealed: Buffer, place: string): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv)
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}
