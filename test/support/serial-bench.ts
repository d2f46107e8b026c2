/**
 * A serial line without a line: what the driver writes is handed to the test, and the test says what comes back. For
 * what no pseudo terminal does: writes that hang, lines that cannot be opened.
 * @module
 */
import type { OpenLine, SerialEvents } from '../../agent/drivers/serial-line.js'

export interface FakeLine {
  readonly open: OpenLine
  /** All that was written, one entry a write. */
  readonly written: string[]
  readonly opened: () => number
  readonly flushed: () => number
  readonly closed: () => number
  readonly say: (bytes: string) => void
  readonly lose: (reason: string) => void
}

export interface FakeLineBehaviour {
  /** Answers a write; undefined: the write never ends. */
  readonly answer: (bytes: string) => string | undefined
  /** Why the line cannot be opened now, or null. */
  readonly refusal?: () => Error | null
}

export function fakeLine({ answer, refusal = () => null }: FakeLineBehaviour): FakeLine {
  const written: string[] = []
  const counts = { opened: 0, flushed: 0, closed: 0 }
  let events: SerialEvents | null = null
  return {
    written,
    opened: () => counts.opened,
    flushed: () => counts.flushed,
    closed: () => counts.closed,
    say: (bytes) => events?.onBytes(bytes),
    lose: (reason) => events?.onGone(reason),
    open: async (_settings, told) => {
      counts.opened += 1
      const error = refusal()
      if (error !== null) throw error
      events = told
      return {
        write: (bytes) => {
          written.push(bytes)
          const said = answer(bytes)
          if (said === undefined) return new Promise(() => undefined)
          if (said !== '') setImmediate(() => told.onBytes(said))
          return Promise.resolve()
        },
        flush: async () => {
          counts.flushed += 1
        },
        close: async () => {
          counts.closed += 1
        },
      }
    },
  }
}
