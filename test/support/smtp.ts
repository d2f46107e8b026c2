/**
 * A mail server on loopback that keeps what it is sent.
 * @module
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Over TLS, from the first byte or by STARTTLS. */
  readonly secure: boolean
  readonly user: string | null
  /** As it came: headers and parts. */
  readonly source: string
}

export interface SmtpInbox {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** The next mail; ask before it is sent. */
  next(): Promise<ReceivedMail>
  close(): Promise<void>
}

/** Listens; ends with the test. Without options it asks for no credentials and offers no TLS. */
export async function smtpInbox(t: Test, options: SMTPServerOptions = {}): Promise<SmtpInbox> {
  const mails: ReceivedMail[] = []
  const waiting: ((mail: ReceivedMail) => void)[] = []
  const server = new SMTPServer({
    authOptional: options.onAuth === undefined,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    ...options,
    onData(stream, { envelope, secure, user }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const mail = {
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          secure,
          user: typeof user === 'string' ? user : null,
          source: Buffer.concat(chunks).toString(),
        }
        mails.push(mail)
        waiting.shift()?.(mail)
        callback()
      })
    },
  })
  // Clients that hang up are part of the tests.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await new Promise<void>((resolve) => server.close(resolve))
  }
  t.teardown(close)
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    next: () => new Promise((take) => waiting.push(take)),
    close,
  }
}

export interface MailPart {
  readonly type: string
  readonly text: string
}

/** The parts of a multipart mail (RFC 2046), decoded. */
export function partsOf(source: string): MailPart[] {
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1]
  if (boundary === undefined) throw new Error(`no parts in: ${source}`)
  return source
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...body] = part.trim().split('\r\n\r\n')
      const type = /content-type: ([^;\r\n]+)/i.exec(head)?.[1] ?? ''
      const encoding = /content-transfer-encoding: (\S+)/i.exec(head)?.[1]
      return { type, text: decoded(body.join('\r\n\r\n'), encoding) }
    })
}

/** RFC 2045, 6.7 and 6.8. */
function decoded(text: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString()
  if (encoding !== 'quoted-printable') return text
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
