/**
 * Is this process so busy that it must not take on more? Who is in keeps being served; newcomers are told «later».
 * @module
 */
import { totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
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
/** Of the clock that measures the loop, ms. Its readings contain one tick. */
const TICK_MS = 10
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
  readonly #delay = monitorEventLoopDelay({ resolution: TICK_MS })
  #timer: NodeJS.Timeout | null = null

  constructor(
    limits: Limits,
    private readonly log: Logger,
  ) {
    this.#judge = new LoadJudge(limits)
  }

  /** Which limit keeps newcomers out just now, or null. */
  get verdict(): Overloaded | null {
    return this.#judge.verdict
  }

  start(): void {
    this.#delay.enable()
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#delay.disable()
  }

  #sample(): void {
    const before = this.#judge.verdict
    const sample = {
      loopDelayMs: Math.max(0, this.#delay.percentile(99) / 1e6 - TICK_MS),
      memoryPercent: memoryPercent(),
    }
    this.#delay.reset()
    const verdict = this.#judge.note(sample)
    if (verdict === before) return
    if (verdict === null) this.log.info(sample, 'the overload is over')
    else this.log.warn({ ...sample, limit: verdict }, 'overloaded: no new MQTT connections')
  }
}

/** The limit of a container counts as the machine; where there is none Node tells a number beyond all memory. */
function memoryPercent(): number {
  const heap = getHeapStatistics()
  const machine = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  const share = Math.max(heap.used_heap_size / heap.heap_size_limit, process.memoryUsage.rss() / machine)
  return 100 * share
}
