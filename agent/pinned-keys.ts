/**
 * The public keys that this station obeys: pinned at enrollment, replaced only by a message under one of them.
 * @module
 */
import type { PublicKey } from '../shared/signed.js'
import { type Credential, credentialPath, saveCredential } from './credential.js'
import type { Refusal } from './guard/state.js'
import { reasonOf } from './log.js'

export class PinnedKeys {
  #credential: Credential

  constructor(
    private readonly dataDir: string,
    credential: Credential,
  ) {
    this.#credential = credential
  }

  get all(): readonly PublicKey[] {
    return this.#credential.signingKeys
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
    const next = Object.freeze({ ...this.#credential, signingKeys: [...keys] })
    try {
      await saveCredential(credentialPath(this.dataDir), next)
    } catch (cause) {
      // The former stay, on the disk as here; core says it again at the next connection.
      return { code: 'internal', detail: `The keys could not be written: ${reasonOf(cause)}` }
    }
    this.#credential = next
    return null
  }
}
