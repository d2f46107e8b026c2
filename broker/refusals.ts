/**
 * Tells the audit trail what was refused, and no more often than a table can bear (B24): a few of each source and cause,
 * so many of all. What is left out is counted, and told with the next that goes through, or a while after the last.
 * @module
 */
import { type Clock, MINUTE } from '../shared/time.js'
import { BoundedMap } from './bounded-map.js'
import type { Logger, RefusalEvent } from './contracts.js'
import type { Counters } from './counters.js'
import type { Limits } from './limits.js'
import { addressBlock } from './lockout.js'
import { TokenBucket } from './token-bucket.js'

type Refusal = Omit<RefusalEvent, 'at' | 'suppressed'>

interface Source {
  readonly bucket: TokenBucket
  suppressed: number
  /** The last that was left out, fit to be told. */
  last: Refusal | null
}

/** The counts of those that are forgotten beyond it stay in the metrics. */
const MAX_SOURCES = 10_000
const MAX_TOPIC = 256
const MAX_DETAIL = 500

/** Moves a cursor, begins a line, or turns the direction of what is written after it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Shortened and without control characters or half of a surrogate pair, so that a line in a log stays a line (P15). */
export function printable(text: string, max: number): string {
  const escaped = JSON.stringify(text.slice(0, max)).slice(1, -1)
  return escaped.replace(UNPRINTABLE, (c) =>
    c
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

export class Refusals {
  readonly #sources = new BoundedMap<string, Source>(MAX_SOURCES)
  readonly #all: TokenBucket
  #timer: NodeJS.Timeout | null = null

  constructor(
    readonly tell: (event: RefusalEvent) => void,
    readonly limits: Limits,
    readonly clock: Clock,
    readonly log: Logger,
    readonly counters: Counters,
  ) {
    this.#all = new TokenBucket(limits.refusalsPerMinute / 60, limits.refusalsPerMinute, clock.monotonic())
  }

  /** Begins to tell what was left out of floods that are over. */
  start(): void {
    this.#timer = setInterval(() => this.settle(), MINUTE).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.settle()
  }

  report(given: Refusal): void {
    this.counters.refuse(given.kind, given.code)
    const { kind, code, principalId, remoteAddress } = given
    const refusal: Refusal = {
      ...given,
      detail: printable(given.detail, MAX_DETAIL),
      ...(given.topic === undefined ? {} : { topic: printable(given.topic, MAX_TOPIC) }),
    }
    // With its cause, or a flood of one kind would hide what else the same source does.
    const source = this.#source(`${kind} ${code} ${principalId ?? addressBlock(remoteAddress)}`)
    if (this.#tell(source, refusal)) return
    source.suppressed++
    source.last = refusal
    this.counters.limited.audit++
  }

  /** Tells of each source that has gone quiet how much of it was left out, with the last of that. */
  settle(): void {
    for (const source of this.#sources.values()) {
      const { last } = source
      if (last === null) continue
      source.suppressed--
      if (!this.#tell(source, last)) source.suppressed++
    }
  }

  /** False when there is no room for it. */
  #tell(source: Source, refusal: Refusal): boolean {
    const now = this.clock.monotonic()
    if (!source.bucket.take(now) || !this.#all.take(now)) return false
    const { suppressed } = source
    source.suppressed = 0
    source.last = null
    try {
      this.tell({ ...refusal, at: this.clock.now(), suppressed })
    } catch (error) {
      // P10: a listener must not end the process, nor let in what was refused.
      this.log.error({ err: error }, 'the listener of refusals threw')
    }
    return true
  }

  #source(key: string): Source {
    const known = this.#sources.get(key)
    const perMinute = this.limits.refusalsPerSource
    const source = known ?? {
      bucket: new TokenBucket(perMinute / 60, perMinute, this.clock.monotonic()),
      suppressed: 0,
      last: null,
    }
    this.#sources.set(key, source)
    return source
  }
}
