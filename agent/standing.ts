/**
 * What core lets this station do. One that is locked, revoked or expired is refused at the door: then nothing moves here
 * any more, whatever plans there are, until it is let in again. Kept on disk, so that a restart without a network does
 * not forget that somebody works on the antenna.
 * @module
 */
import { join } from 'node:path'
import { z } from 'zod'
import { SECOND } from '../shared/time.js'
import type { Antenna } from './antenna.js'
import { JsonFile, removeDurably } from './files.js'
import type { JsonAnswer } from './https.js'
import { type Log, reasonOf } from './log.js'

export const BARRING_CODES = ['station_locked', 'principal_revoked'] as const
export type BarringCode = (typeof BARRING_CODES)[number]

const barredSchema = z.strictObject({ code: z.enum(BARRING_CODES), reason: z.string() })
type Barred = z.infer<typeof barredSchema>

export interface StandingDeps {
  readonly dataDir: string
  /** `GET station` with the own key. */
  readonly request: () => Promise<JsonAnswer>
  readonly antenna: Pick<Antenna, 'bar'>
  /** Connects now, instead of when the pause is over. */
  readonly retry: () => void
  /** In [0, 1). */
  readonly random: () => number
  readonly log: Log
  /** While it is locked: unlocking gives the station back within this time, and half as long again. Default: 30 s. */
  readonly askMs?: number
}

const ASK_MS = 30 * SECOND

export class Standing {
  readonly #file: JsonFile<Barred>
  #barred: Barred | null = null
  #timer: NodeJS.Timeout | undefined
  #writes: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(private readonly deps: StandingDeps) {
    this.#file = new JsonFile(join(deps.dataDir, 'barred.json'), barredSchema)
  }

  get barred(): Barred | null {
    return this.#barred
  }

  /** Reads what was true at the end of the last run. */
  async load(): Promise<void> {
    const kept = await this.#file.read()
    if (kept.kind === 'absent') return
    // A file that cannot be read says at least that there was a reason to write it.
    this.#stand(
      kept.kind === 'ok' ? kept.value : { code: 'principal_revoked', reason: 'refused before the restart' },
    )
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#writes
  }

  /** The broker says that this station may not connect (CONNACK 5). Why, core says over HTTP, if it can be reached. */
  refused(): void {
    if (this.#barred === null)
      this.#set({ code: 'principal_revoked', reason: 'the broker does not let it in' })
    void this.#ask(false)
  }

  /** The broker has let it in. */
  accepted(): void {
    clearTimeout(this.#timer)
    if (this.#barred === null) return
    this.#barred = null
    this.deps.antenna.bar(null)
    this.#write(() => removeDurably(this.#file.path))
    this.deps.log.info('the station may work again')
  }

  /** @param isAgain it was locked when it was asked last: what is over for ever needs no second question */
  async #ask(isAgain: boolean): Promise<void> {
    const { retry, random, askMs = ASK_MS } = this.deps
    clearTimeout(this.#timer)
    const code = await this.#look()
    if (this.#isStopped || this.#barred === null) return
    if (code === 'station_locked' || (isAgain && code === null))
      this.#timer = setTimeout(() => void this.#ask(true), askMs * (1 + random() / 2))
    else if (isAgain && code === 'fine') retry()
  }

  /** What core says of the station; null when it cannot be told. */
  async #look(): Promise<BarringCode | 'fine' | null> {
    try {
      const { status, body } = await this.deps.request()
      if (status === 200) return 'fine'
      const problem = body as { code?: unknown; detail?: unknown } | null
      const said = barredSchema.safeParse({ code: problem?.code, reason: problem?.detail })
      if (!said.success) return null
      if (said.data.code !== this.#barred?.code || said.data.reason !== this.#barred.reason)
        this.#set(said.data)
      return said.data.code
    } catch (cause) {
      this.deps.log.warn('core does not say how the station stands', { reason: reasonOf(cause) })
      return null
    }
  }

  #set(barred: Barred): void {
    this.#stand(barred)
    this.#write(() => this.#file.write(barred))
  }

  #stand(barred: Barred): void {
    this.#barred = barred
    this.deps.antenna.bar(barred.code)
    this.deps.log.error('this station may do nothing now: the antenna stands still', barred)
  }

  #write(work: () => Promise<void>): void {
    this.#writes = this.#writes
      .then(work)
      .catch((cause: unknown) => this.deps.log.error('cannot write barred.json', { reason: reasonOf(cause) }))
  }
}
