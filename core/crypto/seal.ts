/**
 * Secrets at rest (A38): AES-256-GCM under a key derived from the master key, versioned, bound to the place where they
 * are kept, so that a sealed value copied to another row or column does not open there.
 * @module
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { TalosError } from '../../shared/errors.js'
import type { Random } from '../ports.js'

const VERSION = 'v1'
/** NIST SP 800-38D, 5.2.1.1: 96 bits, so that GCM uses them as they are. */
const IV_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32

/** What a subkey is for. Two purposes never share a key. */
export type KeyPurpose = 'seal' | 'check' | 'user-code'

/** A subkey of the master key, by HKDF-SHA-256 (RFC 5869). */
export const deriveKey = (masterKey: Uint8Array, purpose: KeyPurpose): Uint8Array<ArrayBuffer> =>
  new Uint8Array(hkdfSync('sha256', masterKey, '', `talos:${purpose}:v1`, KEY_BYTES))

export class Sealer {
  readonly #key: Uint8Array

  constructor(
    masterKey: Uint8Array,
    private readonly random: Random,
  ) {
    this.#key = deriveKey(masterKey, 'seal')
  }

  /** `place` is `Table:column:id`. Returns `v1.<iv>.<ciphertext and tag>`, base64url. */
  seal(plain: Uint8Array, place: string): string {
    const iv = this.random(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(place))
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    return [VERSION, iv.toString('base64url'), sealed.toString('base64url')].join('.')
  }

  /** @throws TalosError `master_key_wrong` when the key, the place or a byte is another than when it was sealed */
  open(text: string, place: string): Buffer {
    const [version, iv, sealed, ...rest] = text.split('.')
    const nonce = Buffer.from(iv ?? '', 'base64url')
    const bytes = Buffer.from(sealed ?? '', 'base64url')
    if (version !== VERSION || rest.length > 0 || nonce.length !== IV_BYTES || bytes.length < TAG_BYTES)
      throw new TalosError('master_key_wrong', `The secret at ${place} is not in a form that we write.`)
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce)
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()])
    } catch (cause) {
      const detail = `The secret at ${place} does not open. Start with the master key that sealed it.`
      throw new TalosError('master_key_wrong', detail, { cause })
    }
  }
}
