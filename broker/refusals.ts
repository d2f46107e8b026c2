/**
 * Tells the audit trail what was refused, and no more often than a table can bear (B24): a few of each source, so many
 * of all; what is left out is counted and told with the next that goes through.
 * @module
 */
import type { Clock } from '../shared/time.js'
import { BoundedMap } from './bounded-map.js'
import type { Logger, RefusalEvent } from './contracts.js'
import type { Counters } from './counters.js'
import type { Limits } from './limits.js'
import { addressBlock } from './lockout.js'
import { TokenBucket } from './token-bucket.js'

interface Source {
  readonly bucket: TokenBucket
  suppressed: number
}

const MAX_SOURCES = 10_000
const MAX_TOPIC = 256
const MAX_DETAIL = 500

/** Shortened and without control characters or half of a surrogate pair, so that a line in a log stays a line (P15). */
export function printable(text: string, max: number): string {
  const escaped = JSON.stringify(text.slice(0, max)).slice(1, -1)
  return escaped.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export class Refusals {
  readonly #sources = new BoundedMap<string, Source>(MAX_SOURCES)
  readonly #all: TokenBucket

  constructor(
    readonly tell: (event: RefusalEvent) => void,
    readonly limits: Limits,
    readonly clock: Clock,
    readonly log: Logger,
    readonly counters: Counters,
  ) {
    this.#all = new TokenBucket(limits.refusalsPerMinute / 60, limits.refusalsPerMinute, clock.monotonic())
  }

  report(refusal: Omit<RefusalEvent, 'at' | 'suppressed'>): void {
    this.counters.refuse(refusal.kind, refusal.code)
    const source = this.#source(
      `${refusal.kind} ${refusal.principalId ?? addressBlock(refusal.remoteAddress)}`,
    )
    const now = this.clock.monotonic()
    if (!source.bucket.take(now) || !this.#all.take(now)) {
      source.suppressed++
      this.counters.refusalsLeftOut++
      this.counters.limited.audit++
      return
    }
    const { suppressed } = source
    source.suppressed = 0
    try {
      this.tell({
        ...refusal,
        detail: printable(refusal.detail, MAX_DETAIL),
        ...(refusal.topic === undefined ? {} : { topic: printable(refusal.topic, MAX_TOPIC) }),
        at: this.clock.now(),
        suppressed,
      })
    } catch (error) {
      // P10: a listener must not end the process, nor let in what was refused.
      this.log.error({ err: error }, 'the listener of refusals threw')
    }
  }

  #source(key: string): Source {
    const known = this.#sources.get(key)
    const perMinute = this.limits.refusalsPerSource
    const source = known ?? {
      bucket: new TokenBucket(perMinute / 60, perMinute, this.clock.monotonic()),
      suppressed: 0,
    }
    this.#sources.set(key, source)
    return source
  }
}
