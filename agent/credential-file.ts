/**
 * The credential of the running agent, and the file that holds it. All who change it do so here, one after the other:
 * pinned keys, the station's own key, its certificate.
 * @module
 */
import { type Credential, saveCredential } from './credential.js'

export class CredentialFile {
  #current: Credential
  #turn: Promise<void> = Promise.resolve()

  constructor(
    readonly path: string,
    credential: Credential,
  ) {
    this.#current = credential
  }

  get current(): Credential {
    return this.#current
  }

  /**
   * Makes the next one out of the current one. Resolves when it is on the disk, and not before does it count: a kill in
   * between leaves the former. Rejects when the disk does not take it; the former stays then, too.
   */
  change(make: (current: Credential) => Credential): Promise<void> {
    const work = this.#turn.then(async () => {
      const next = Object.freeze(make(this.#current))
      await saveCredential(this.path, next)
      this.#current = next
    })
    this.#turn = work.catch(() => undefined)
    return work
  }
}
