/**
 * Codes that people carry from one screen to another: eight of twenty consonants (RFC 8628, 6.1: no vowels, so no words;
 * no digits, so nothing that looks alike), 34.6 bits. That is soon guessed from a plain hash in a stolen database, so
 * what is stored is keyed.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const CODE_LENGTH = 8
/** A7: how often a code may be mistyped; then what it belongs to is dead. */
export const MAX_CODE_TRIES = 5

export const displayCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

export class ShortCodes {
  /** `key`: 32 bytes of this purpose alone. */
  constructor(private readonly key: Uint8Array) {}

  /**
   * The code of a secret: the same whenever it is asked for, so that a scanner which opens a link before its reader does
   * changes nothing.
   */
  codeOf(secret: string): string {
    // 256 bits over 20^8: no letter is likelier than another by more than 2^-221.
    let rest = BigInt(`0x${this.#mac('code', secret).toString('hex')}`)
    let code = ''
    for (let n = 0; n < CODE_LENGTH; n++) {
      code += LETTERS[Number(rest % 20n)]
      rest /= 20n
    }
    return code
  }

  /** What is stored of a code, bound to the row that it belongs to. */
  hash(id: string, code: string): Buffer<ArrayBuffer> {
    return this.#mac('hash', `${id}.${code}`)
  }

  matches(id: string, code: string, hash: Uint8Array | null): boolean {
    const given = this.hash(id, code)
    return hash !== null && hash.length === given.length && timingSafeEqual(given, hash)
  }

  #mac(use: 'code' | 'hash', text: string): Buffer<ArrayBuffer> {
    return createHmac('sha256', this.key).update(`${use}.${text}`).digest()
  }
}
