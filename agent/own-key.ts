/**
 * The station's own key, and its successor (E30, G11). The agent asks for the next key by itself inside the window, or
 * when core says so; writes it beside the one that it has; proves it by connecting; and forgets the former only when the
 * broker has let it in with the new one. Killed at any point it has a key that works.
 * @module
 */
import { stationKeyGrantSchema } from '../shared/api/station-keys.js'
import { askAtMs } from '../shared/renewal.js'
import { type Clock, HOUR, MINUTE } from '../shared/time.js'
import type { Credential } from './credential.js'
import type { CredentialFile } from './credential-file.js'
import type { JsonAnswer } from './https.js'
import { type Log, reasonOf } from './log.js'

export interface OwnKeyDeps {
  readonly file: CredentialFile
  /** `POST station/key` with this key as Bearer. */
  readonly request: (key: string) => Promise<JsonAnswer>
  /** `GET station` with this key as Bearer: does it live? */
  readonly ask: (key: string) => Promise<JsonAnswer>
  readonly isLinked: () => boolean
  /** Connects anew, with what `presented` then is. */
  readonly reconnect: () => void
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: Log
}

const LOOK_MS = MINUTE
/** Core gives no second one within a minute; a core that cannot answer is asked less and less often. */
const FIRST_PAUSE_MS = 2 * MINUTE
const LONGEST_PAUSE_MS = 6 * HOUR
const MOST_DOUBLINGS = 8

const withoutNext = ({ nextKey: _, ...rest }: Credential): Credential => rest

export class OwnKey {
  /** When it asks by itself, epoch ms. */
  #dueAt: number
  #isAsked = false
  #failures = 0
  #notBefore = Number.NEGATIVE_INFINITY
  /** The broker did not take the next key: the former may still be good. */
  #isNextRefused = false
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly deps: OwnKeyDeps) {
    this.#dueAt = this.#whenDue()
  }

  /** Is there a next key that only connecting with it can prove? */
  get isUnproved(): boolean {
    return this.deps.file.current.nextKey !== undefined && !this.#isNextRefused
  }

  /** What to connect with: the next key as long as there is one that was not refused. */
  get presented(): string {
    const { key, nextKey } = this.deps.file.current
    return nextKey === undefined || this.#isNextRefused ? key : nextKey.key
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), LOOK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Core wants another key. */
  ask(): void {
    this.#isAsked = true
    this.tick()
  }

  /** One look at the clock. Resolves when what it began is done. */
  tick(): Promise<void> {
    const { clock, isLinked, file } = this.deps
    const now = clock.now()
    const isDue = this.#isAsked || now >= this.#dueAt
    const { nextKey } = file.current
    if (now >= this.#notBefore && isLinked()) {
      // With a successor on the disk the next connection decides, unless that is made with a certificate.
      const work =
        nextKey === undefined
          ? isDue && (() => this.#renew())
          : this.#isNextRefused && (() => this.#settle(nextKey.key))
      if (work !== false)
        this.#running ??= work().finally(() => {
          this.#running = null
        })
    }
    return this.#running ?? Promise.resolve()
  }

  /** The broker has let us in with this key. */
  async accepted(key: string): Promise<void> {
    const { file, log } = this.deps
    const { nextKey } = file.current
    const isProved = nextKey?.key === key
    if (nextKey === undefined || !(isProved || this.#isNextRefused)) return
    try {
      await file.change((current) => {
        const { key: next, keyIssuedAt, renewAt: keyRenewAt } = nextKey
        return { ...withoutNext(current), ...(isProved ? { key: next, keyIssuedAt, keyRenewAt } : {}) }
      })
    } catch (cause) {
      // Both stay on the disk, and the next connection says it again.
      log.error('the credential could not be written', { reason: reasonOf(cause) })
      return
    }
    this.#isNextRefused = false
    if (isProved) {
      this.#isAsked = false
      this.#failures = 0
      this.#dueAt = this.#whenDue()
      log.info('the station has a new key, and has forgotten the former')
    } else {
      this.#putOff()
      log.warn('the broker did not take the new key; the former one stays')
    }
  }

  /** The broker does not take this key. True: there is another to try at once. */
  refused(key: string): boolean {
    const { nextKey } = this.deps.file.current
    if (nextKey === undefined) return false
    this.#isNextRefused = nextKey.key === key
    return this.#isNextRefused
  }

  /**
   * The broker did not take the next key, and no connection with the former tells why: this station signs in with its
   * certificate. Core has taken the key for proved and refused it only there, or it does not know it.
   */
  async #settle(nextKey: string): Promise<void> {
    const { ask, file } = this.deps
    try {
      const { status } = await ask(nextKey)
      if (status === 200) await this.accepted(nextKey)
      else if (status === 401) await this.accepted(file.current.key)
      else this.#putOff()
    } catch {
      this.#putOff()
    }
  }

  async #renew(): Promise<void> {
    const { file, request, reconnect, log } = this.deps
    try {
      const answer = await request(file.current.key)
      const granted = stationKeyGrantSchema.safeParse(answer.body)
      if (answer.status !== 201 || !granted.success) {
        this.#putOff()
        log.warn('no new key for the station', { status: answer.status, reason: detailOf(answer.body) })
        return
      }
      await file.change((current) => ({ ...current, nextKey: granted.data }))
      log.info('the station was given its next key; connecting with it')
      reconnect()
    } catch (cause) {
      this.#putOff()
      log.warn('no new key for the station', { reason: reasonOf(cause) })
    }
  }

  #putOff(): void {
    const { clock, random } = this.deps
    const pause = FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, MOST_DOUBLINGS)
    this.#failures += 1
    this.#notBefore = clock.now() + Math.min(pause, LONGEST_PAUSE_MS) * (1 + random() / 2)
  }

  /** A credential of before rotation does not know when: it renews at the first occasion. */
  #whenDue(): number {
    const { file, random } = this.deps
    const { keyIssuedAt, keyRenewAt } = file.current
    if (keyRenewAt === undefined) return Number.NEGATIVE_INFINITY
    return askAtMs(Date.parse(keyIssuedAt), Date.parse(keyRenewAt), random())
  }
}

function detailOf(body: unknown): string {
  const detail = (body as { detail?: unknown } | null)?.detail
  return typeof detail === 'string' ? detail : 'the answer is none of Talos'
}
