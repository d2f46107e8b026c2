/**
 * A mailer that keeps what it is given.
 * @module
 */
import type { Mail, Mailer } from '../../core/identity/mailers.js'

export class MemoryMailer implements Mailer {
  readonly mails: Mail[] = []
  readonly #waiting: { readonly to: string; readonly take: (mail: Mail) => void }[] = []

  async send(mail: Mail): Promise<void> {
    this.mails.push(mail)
    const at = this.#waiting.findIndex(({ to }) => to === mail.to)
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.take(mail)
  }

  async stop(): Promise<void> {}

  /** The next mail to this address; ask before it is sent. */
  next(to: string): Promise<Mail> {
    return new Promise((take) => this.#waiting.push({ to, take }))
  }
}

/** The secret in the link of a mail. */
export function tokenOf(mail: Mail): string {
  const token = /\/sign-in#([A-Za-z0-9_-]{43})/.exec(mail.text)?.[1]
  if (token === undefined) throw new Error(`no link in: ${mail.text}`)
  return token
}
