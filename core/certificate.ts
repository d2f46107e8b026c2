/**
 * The certificate of this core and its key: read at start, read anew when the files change or SIGHUP says so. Whoever
 * serves TLS is given each new pair; connections that are open stay as they are.
 * @module
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type KeyPair, tlsOptions } from '../broker/tls-options.js'
import { TalosError } from '../shared/errors.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import type { TlsFiles } from './config.js'
import type { Logger } from './ports.js'

/** What serves TLS, such as an HTTPS server. */
export interface TlsServer {
  setSecureContext(options: ReturnType<typeof tlsOptions>): void
}

/**
 * Polled, because links that are exchanged, as certbot and Kubernetes do, and network disks tell nobody of a change. By
 * content, from the moment of the first reading on: no change falls between two ways of looking.
 */
const POLL_MS = 2 * SECOND
/** Two files are written one after the other. */
const SETTLE_MS = SECOND

export class Certificate {
  readonly #servers: TlsServer[] = []
  #pair: KeyPair
  /** Digest of the files as they were seen last. */
  #seen: string
  #polling: NodeJS.Timeout | null = null
  #settling: NodeJS.Timeout | null = null

  /** @throws TalosError `config_invalid` naming the file that cannot be read */
  constructor(
    readonly files: TlsFiles,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly times = { pollMs: POLL_MS, settleMs: SETTLE_MS },
  ) {
    this.#pair = readKeyPair(files)
    this.#seen = digest([this.#pair.cert, this.#pair.key])
  }

  /** The pair that is served. */
  get pair(): KeyPair {
    return this.#pair
  }

  /** Gives this server every pair to come. */
  renews(server: TlsServer): void {
    this.#servers.push(server)
  }

  start(): void {
    this.#polling = setInterval(() => void this.#look(), this.times.pollMs).unref()
  }

  stop(): void {
    if (this.#polling !== null) clearInterval(this.#polling)
    this.#polling = null
    if (this.#settling !== null) clearTimeout(this.#settling)
  }

  /** Takes the files as they are now. What cannot be used is refused with a line in the log, and the old pair stays. */
  reload(): void {
    let pair: KeyPair
    let facts: object
    try {
      pair = readKeyPair(this.files)
      if (isSame(pair, this.#pair)) return
      facts = judgeKeyPair(pair, this.clock.now())
    } catch (error) {
      this.log.error({ err: error }, 'the new certificate is refused; the old one stays')
      return
    }
    for (const server of this.#servers) server.setSecureContext(tlsOptions(pair))
    this.#pair = pair
    this.log.info(facts, 'the certificate was renewed')
  }

  async #look(): Promise<void> {
    const { certFile, keyFile } = this.files
    // Between the removal and the return of a file there is nothing to see.
    const found = await Promise.all([readFile(certFile), readFile(keyFile)]).then(digest, () => null)
    if (found === null || found === this.#seen || this.#polling === null) return
    this.#seen = found
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.reload(), this.times.settleMs).unref()
  }
}

/**
 * Certificate and key in PEM.
 * @throws TalosError `config_invalid` naming the file that cannot be read
 */
export function readKeyPair({ certFile, keyFile }: TlsFiles): KeyPair {
  const read = (variable: string, file: string): Buffer => {
    try {
      return readFileSync(file)
    } catch (cause) {
      throw new TalosError('config_invalid', `${variable} cannot be read: ${file}.`, { cause })
    }
  }
  return { cert: read('TALOS_TLS_CERT', certFile), key: read('TALOS_TLS_KEY', keyFile) }
}

const digest = (texts: readonly (string | Buffer)[]): string =>
  texts.map((text) => createHash('sha256').update(text).digest('hex')).join()

const isSame = (one: KeyPair, other: KeyPair): boolean =>
  Buffer.compare(Buffer.from(one.cert), Buffer.from(other.cert)) === 0 &&
  Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) === 0

/**
 * What a log should say of a new pair.
 * @throws Error when it cannot be parsed, TalosError `config_invalid` when no client would take it
 */
export function judgeKeyPair({ cert, key }: KeyPair, now: number): object {
  const certificate = new X509Certificate(cert)
  const { subject, fingerprint256 } = certificate
  const validTo = iso(Date.parse(certificate.validTo))
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw new TalosError('config_invalid', 'The certificate is not for this key.')
  if (Date.parse(certificate.validTo) <= now)
    throw new TalosError('config_invalid', `The certificate has expired: ${validTo}.`)
  return { subject, fingerprint256, validTo }
}
