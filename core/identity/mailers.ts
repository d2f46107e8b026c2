/**
 * How a sign-in link reaches a person.
 * @module
 */

import { createTransport, type Transporter } from 'nodemailer'
import { isLoopback } from '../../shared/loopback.js'
import { SECOND } from '../../shared/time.js'

export interface Mail {
  readonly to: string
  readonly subject: string
  /** Plain text only: nothing in it can load, track or hide. */
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

/** Longest wait for a mail server, ms, so that a dead one does not hold the shut-down. */
const TIMEOUT_MS = 8 * SECOND

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
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  async send(mail: Mail): Promise<void> {
    await this.#transport.sendMail({ from: this.from(), ...mail })
  }

  async stop(): Promise<void> {
    this.#transport.close()
  }
}
