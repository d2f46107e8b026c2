/**
 * Is this process so busy that it must not take on more? Who is in keeps being served; newcomers are told «later».
 * @module
 */
import { SECOND } from '../shared/time.js'
import type { Logger } from './contracts.js'
import type { Limits } from './limits.js'

export interface LoadSample {
  /** Event-loop delay at p99 since the last sample, ms. */
  readonly loopDelayMs: number
  /** Of the heap's limit or of the machine's memory, whichever is nearer to its end; 0 to 100. */
  readonly memoryPercent: number
}

export type Overloaded = 'loop_delay' | 'memory'

const SAMPLE_MS = SECOND
/** A collection of garbage, or a large answer, is one bad second. An overload is several. */
const SAMPLES = 3
/** It ends well below where it began, or it would begin again with the next client. */
const CALM_SHARE = 0.5
const CALM_PERCENT = 5

/** Judges the samples, in the order in which they come. */
export class LoadJudge {
  #late = 0
  #full = 0
  #verdict: Overloaded | null = null

  constructor(readonly limits: Pick<Limits, 'loopDelayMs' | 'memoryPercent'>) {}

  get verdict(): Overloaded | null {
    return this.#verdict
  }

  note({ loopDelayMs, memoryPercent }: LoadSample): Overloaded | null {
    const { limits } = this
    const wasLate = this.#late >= SAMPLES
    const wasFull = this.#full >= SAMPLES
    const isLate = loopDelayMs > limits.loopDelayMs * (wasLate ? CALM_SHARE : 1)
    const isFull = memoryPercent > limits.memoryPercent - (wasFull ? CALM_PERCENT : 0)
    this.#late = isLate ? this.#late + 1 : 0
    this.#full = isFull ? this.#full + 1 : 0
    this.#verdict = this.#full >= SAMPLES ? 'memory' : this.#late >= SAMPLES ? 'loop_delay' : null
    return this.#verdict
  }
}

export class Overload {
  readonly #judge: LoadJudge
  #timer: NodeJS.Timeout | null = null

  /** `measure` is asked once a second. */
  constructor(
    limits: Limits,
    private readonly measure: () => LoadSample,
    private readonly log: Logger,
  ) {
    this.#judge = new LoadJudge(limits)
  }

  /** Which limit keeps newcomers out just now, or null. */
  get verdict(): Overloaded | null {
    return this.#judge.verdict
  }

  start(): void {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  #sample(): void {
    const before = this.#judge.verdict
    const sample = this.measure()
    const verdict = this.#judge.note(sample)
    if (verdict === before) return
    if (verdict === null) this.log.info(sample, 'the overload is over')
    else this.log.warn({ ...sample, limit: verdict }, 'overloaded: no new MQTT connections')
  }
}
