/**
 * How a sign-in link reaches a person.
 * @module
 */

import { createTransport, type Transporter } from 'nodemailer'
import { isLoopback } from '../../shared/loopback.js'
import { SECOND } from '../../shared/time.js'
import { htmlOf } from './mail-html.js'

export interface Mail {
  readonly to: string
  readonly subject: string
  /** Paragraphs between empty lines; the HTML part is made of them (`htmlOf`). */
  readonly text: string
}

export interface Mailer {
  send(mail: Mail): Promise<void>
  stop(): Promise<void>
}

/** A9: prints mails, for a machine with one person on it. Production refuses it. */
export class ConsoleMailer implements Mailer {
  constructor(private readonly print: (text: string) => void) {}

  async send({ to, subject, text }: Mail): Promise<void> {
    this.print(`Mail to ${to}: ${subject}\n${text}`)
  }

  async stop(): Promise<void> {}
}

/** Longest silence of a mail server. */
const SILENCE_MS = 8 * SECOND
/** For the whole of a mail: one that drips bytes holds neither the shut-down nor a place in the background. */
const MAIL_MS = 20 * SECOND

/**
 * Hands mails to an SMTP server: `smtp://user:password@host:587` with STARTTLS, which only a server on this machine may
 * lack, or `smtps://` with TLS from the first byte.
 */
export class SmtpMailer implements Mailer {
  readonly #transport: Transporter

  /** `from`: the sender, asked for when it is needed: it may follow from an address that is not known yet. */
  constructor(
    url: string,
    private readonly from: () => string,
    private readonly mailMs: number = MAIL_MS,
  ) {
    const { protocol, hostname, port, username, password } = new URL(url)
    const secure = protocol === 'smtps:'
    this.#transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      requireTLS: !secure && !isLoopback(hostname),
      ...(username === ''
        ? {}
        : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      connectionTimeout: SILENCE_MS,
      greetingTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  /** @throws Error when the server is away, refuses, or takes too long; nothing is tried again */
  async send(mail: Mail): Promise<void> {
    const sending = this.#transport.sendMail({
      ...{ from: this.from(), ...mail, html: htmlOf(mail.text) },
      // RFC 3834: no answers of programs to it.
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<never>((_resolve, reject) => {
      const error = new Error(`The mail server took longer than ${this.mailMs} ms.`)
      timer = setTimeout(reject, this.mailMs, error)
    })
    // After the deadline nobody listens to how it ends.
    sending.catch(() => undefined)
    await Promise.race([sending, tooLong]).finally(() => clearTimeout(timer))
  }

  async stop(): Promise<void> {
    this.#transport.close()
  }
}
