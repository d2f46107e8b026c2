/**
 * With what the agent signs in at the broker: its certificate where it has one and the link is TLS, else its key. What
 * the broker does not take is put aside, and the other is tried at once.
 * @module
 */
import type { CredentialFile } from './credential-file.js'
import type { LinkLogin, Login } from './link.js'
import type { OwnCertificate } from './own-certificate.js'
import type { OwnKey } from './own-key.js'

export interface LoginsDeps {
  readonly file: Pick<CredentialFile, 'current'>
  readonly key: Pick<OwnKey, 'presented' | 'isUnproved' | 'accepted' | 'refused'>
  readonly certificate: Pick<OwnCertificate, 'presented' | 'accepted' | 'refused'>
  /** Another key or certificate is in use from now on. */
  readonly changed: () => void
  /** Connects anew, with what `presented` then is. */
  readonly reconnect: () => void
}

export class Logins implements LinkLogin {
  constructor(private readonly deps: LoginsDeps) {}

  /** Never both: what is accepted shall be what was proved. A new key is proved once by connecting with it. */
  get presented(): Login {
    const { key, certificate } = this.deps
    const pair = certificate.presented
    return pair === null || key.isUnproved
      ? { kind: 'key', key: key.presented }
      : { kind: 'certificate', ...pair }
  }

  async accepted(login: Login): Promise<void> {
    const { file, key, certificate, changed, reconnect } = this.deps
    const before = file.current
    await (login.kind === 'key' ? key.accepted(login.key) : certificate.accepted(login))
    if (file.current !== before) changed()
    // The key has proved itself; the certificate may wait for the same, and is what is used.
    if (login.kind === 'key' && this.presented.kind === 'certificate') reconnect()
  }

  refused(login: Login): boolean {
    const { key, certificate } = this.deps
    if (login.kind === 'certificate') {
      certificate.refused(login)
      return true
    }
    const isOther = key.refused(login.key)
    return isOther || certificate.presented !== null
  }
}
