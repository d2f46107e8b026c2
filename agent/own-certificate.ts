/**
 * The station's own client certificate, and its successor (B15, E30, G11). The agent makes a new key pair, writes it down,
 * asks for a certificate for it, writes that down, and proves it by connecting; only then is the former forgotten. Killed
 * at any point it has a pair that works.
 * @module
 */
import { type CertificateRequest, issuedCertificateSchema } from '../shared/api/certificates.js'
import { askAtMs } from '../shared/renewal.js'
import { type Clock, HOUR, MINUTE } from '../shared/time.js'
import type { Credential, Identity } from './credential.js'
import type { CredentialFile } from './credential-file.js'
import { makeCsr } from './csr.js'
import type { JsonAnswer } from './https.js'
import { handOver, newPrivateKey } from './key-pair.js'
import { type Log, reasonOf } from './log.js'

export interface ClientPair {
  readonly serial: string
  /** PEM. */
  readonly certificate: string
  readonly privateKey: string
}

export interface OwnCertificateDeps {
  readonly file: CredentialFile
  /** `POST station/certificate`, with the own key as Bearer. */
  readonly request: (body: CertificateRequest) => Promise<JsonAnswer>
  /** Connects anew, with what `presented` then is. */
  readonly reconnect: () => void
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: Log
}

const LOOK_MS = MINUTE
const FIRST_PAUSE_MS = 2 * MINUTE
/** Core issues ten an hour at most, and makes a row for each. */
const LONGEST_PAUSE_MS = 6 * HOUR
const MOST_DOUBLINGS = 8
/** A fleet that was brought to this version in one hour does not ask in one minute. */
const FIRST_SPREAD_MS = 10 * MINUTE

const withoutNext = ({ nextIdentity: _, ...rest }: Credential): Credential => rest

const pairOf = (identity: Identity | undefined): ClientPair | null =>
  identity === undefined || identity.certificate === null
    ? null
    : {
        serial: identity.certificate.serial,
        certificate: identity.certificate.certificate,
        privateKey: identity.privateKey,
      }

export class OwnCertificate {
  /** When it asks by itself, epoch ms. */
  #dueAt: number
  #failures = 0
  #notBefore = Number.NEGATIVE_INFINITY
  /** Serial numbers that the broker did not take. */
  readonly #refused = new Set<string>()
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly deps: OwnCertificateDeps) {
    this.#dueAt = this.#whenDue()
  }

  /**
   * What to connect with: the next one as long as there is one that was not refused, else the one in use; null when there
   * is none, or no TLS in which to show it.
   */
  get presented(): ClientPair | null {
    const { identity, nextIdentity } = this.deps.file.current
    if (!this.#isOverTls) return null
    const isGood = (pair: ClientPair | null) => pair !== null && !this.#refused.has(pair.serial)
    return [pairOf(nextIdentity), pairOf(identity)].find(isGood) ?? null
  }

  start(): void {
    if (this.#isOverTls) this.#timer = setInterval(() => this.tick(), LOOK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Asks for another, now: somebody wants the credentials replaced. */
  ask(): void {
    this.#dueAt = Number.NEGATIVE_INFINITY
    void this.tick()
  }

  /** One look at the clock. Resolves when what it began is done. */
  tick(): Promise<void> {
    const { clock, file } = this.deps
    const now = clock.now()
    // With a successor on the disk that was not refused the next connection decides.
    const next = pairOf(file.current.nextIdentity)
    const isOpen = next === null || this.#refused.has(next.serial)
    if (this.#isOverTls && now >= this.#dueAt && now >= this.#notBefore && isOpen)
      this.#running ??= this.#renew().finally(() => {
        this.#running = null
      })
    return this.#running ?? Promise.resolve()
  }

  /** The broker has let us in with this one. */
  async accepted({ serial }: ClientPair): Promise<void> {
    const { file, log } = this.deps
    const { nextIdentity } = file.current
    this.#failures = 0
    if (nextIdentity?.certificate?.serial !== serial) return
    try {
      await file.change((current) => ({ ...withoutNext(current), identity: nextIdentity }))
    } catch (cause) {
      // Both stay on the disk, and the next connection says it again.
      log.error('the certificate could not be written', { reason: reasonOf(cause) })
      return
    }
    this.#refused.clear()
    this.#dueAt = this.#whenDue()
    log.info('the station signs in with a new certificate', { serial })
  }

  /** The broker does not take this one; `presented` is another then, or null. */
  refused({ serial }: ClientPair): void {
    const { file, log } = this.deps
    this.#refused.add(serial)
    log.warn('the broker did not take the certificate', { serial })
    // One that was fresh, and was not taken either: asking again soon changes nothing.
    if (file.current.nextIdentity?.certificate?.serial === serial) this.#putOff(MOST_DOUBLINGS)
    else this.ask()
  }

  get #isOverTls(): boolean {
    return this.deps.file.current.mqttUrl.startsWith('mqtts:')
  }

  async #renew(): Promise<void> {
    const { file, request, reconnect, log } = this.deps
    try {
      const next = await this.#nextPair()
      const { identity, stationId } = file.current
      const answer = await request({
        csr: makeCsr(next.privateKey),
        ...(identity === undefined
          ? {}
          : { handover: handOver(identity.privateKey, next.privateKey, stationId) }),
      })
      const granted = issuedCertificateSchema.safeParse(answer.body)
      if (answer.status !== 201 || !granted.success) {
        this.#putOff()
        log.warn('no new certificate for the station', {
          status: answer.status,
          reason: detailOf(answer.body),
        })
        return
      }
      await file.change((current) => ({
        ...current,
        nextIdentity: { privateKey: next.privateKey, certificate: granted.data },
      }))
      log.info('the station was given a certificate; connecting with it', { serial: granted.data.serial })
      reconnect()
    } catch (cause) {
      this.#putOff()
      log.warn('no new certificate for the station', { reason: reasonOf(cause) })
    }
  }

  /** On the disk before it is asked for, so that no certificate is without its key. */
  async #nextPair(): Promise<Identity> {
    const { file } = this.deps
    const begun = file.current.nextIdentity
    if (begun !== undefined) return begun
    const next: Identity = { privateKey: newPrivateKey(), certificate: null }
    await file.change((current) => ({ ...current, nextIdentity: next }))
    return next
  }

  #putOff(failures = this.#failures): void {
    const { clock, random } = this.deps
    const pause = FIRST_PAUSE_MS * 2 ** Math.min(failures, MOST_DOUBLINGS)
    this.#failures = failures + 1
    this.#notBefore = clock.now() + Math.min(pause, LONGEST_PAUSE_MS) * (1 + random() / 2)
  }

  #whenDue(): number {
    const { file, clock, random } = this.deps
    const certificate = file.current.identity?.certificate
    if (certificate === undefined || certificate === null) return clock.now() + random() * FIRST_SPREAD_MS
    return askAtMs(Date.parse(certificate.notBefore), Date.parse(certificate.renewAt), random())
  }
}

function detailOf(body: unknown): string {
  const detail = (body as { detail?: unknown } | null)?.detail
  return typeof detail === 'string' ? detail : 'the answer is none of Talos'
}
