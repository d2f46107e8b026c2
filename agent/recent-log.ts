/**
 * The end of the log, kept in memory for the person beside the antenna; what is older is where the log is written.
 * @module
 */
import { type Clock, iso } from '../shared/time.js'
import { type LogLine, MOST_LINES } from './local/words.js'
import type { Log } from './log.js'

/** A log that passes on what it is told, and remembers the last of it. */
export class RecentLog implements Log {
  #lines: LogLine[] = []

  constructor(
    private readonly to: Log,
    private readonly clock: Clock,
  ) {}

  readonly info: Log['info'] = (message, facts) => this.#tell('info', message, facts)
  readonly warn: Log['warn'] = (message, facts) => this.#tell('warn', message, facts)
  readonly error: Log['error'] = (message, facts) => this.#tell('error', message, facts)

  /** The latest, the oldest of them first. */
  last(count: number): readonly LogLine[] {
    return this.#lines.slice(-count)
  }

  /** The latest that fits, or null. */
  latest(fits: (line: LogLine) => boolean): LogLine | null {
    return this.#lines.findLast(fits) ?? null
  }

  #tell(level: LogLine['level'], message: string, facts: Readonly<Record<string, unknown>> = {}): void {
    this.to[level](message, facts)
    this.#lines.push({ ts: iso(this.clock.now()), level, message, facts: { ...facts } })
    // Cut seldom, so that a line costs nothing.
    if (this.#lines.length > 2 * MOST_LINES) this.#lines = this.#lines.slice(-MOST_LINES)
  }
}
