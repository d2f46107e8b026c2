/**
 * The public keys that this station obeys: pinned at enrollment, replaced only by a message under one of them.
 * @module
 */
import type { PublicKey } from '../shared/signed.js'
import type { CredentialFile } from './credential-file.js'
import type { Refusal } from './guard/state.js'
import { reasonOf } from './log.js'

export class PinnedKeys {
  constructor(private readonly file: CredentialFile) {}

  get all(): readonly PublicKey[] {
    return this.file.current.signingKeys
  }

  get kids(): string[] {
    return this.all.map(({ kid }) => kid)
  }

  /**
   * Takes these in place of the former ones, once they are on the disk. `signer`: the key that said so. It must be among
   * them: whoever takes over says so himself, or a slip of one message would leave a station that obeys nobody.
   */
  async replace(keys: readonly PublicKey[], signer: string): Promise<Refusal | null> {
    if (!keys.some(({ kid }) => kid === signer))
      return {
        code: 'malformed',
        detail: `/args/keys: the key ${signer}, which signed this, is not among them.`,
      }
    if (keys.map(({ kid }) => kid).join() === this.kids.join()) return null
    try {
      await this.file.change((current) => ({ ...current, signingKeys: [...keys] }))
    } catch (cause) {
      // The former stay, on the disk as here; core says it again at the next connection.
      return { code: 'internal', detail: `The keys could not be written: ${reasonOf(cause)}` }
    }
    return null
  }
}
