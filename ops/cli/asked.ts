/**
 * What was asked of CelesTrak and when it may be asked again, kept beside the elements: a command that is run again and
 * again, also by a timer, asks once in two hours, and for longer not where it was refused.
 * @module
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { nextLook } from '../../core/planning/look-times.js'
import { lookOutcome } from '../../shared/api/sources.js'
import { DAY, HOUR, iso } from '../../shared/time.js'

const FILE = 'asked.json'
/** CelesTrak renews its data no more often. */
const EVERY_MS = 2 * HOUR

const askedSchema = z.record(
  z.string(),
  z.strictObject({
    host: z.string(),
    outcome: lookOutcome,
    result: z.string(),
    failures: z.int(),
    nextMs: z.number(),
  }),
)
type AskedAddresses = z.infer<typeof askedSchema>

export interface Look {
  readonly outcome: z.infer<typeof lookOutcome>
  readonly result: string
  readonly retryAfterS: number | null
}

export class Asked {
  readonly #addresses: AskedAddresses

  constructor(
    private readonly folder: string,
    private readonly nowMs: number,
  ) {
    this.#addresses = readAsked(join(folder, FILE))
  }

  /** Why an address is not asked now, for people; null where it may be. */
  whyNot(url: string): string | null {
    const { host } = new URL(url)
    for (const [address, a] of Object.entries(this.#addresses)) {
      // A clock that was set back does not keep it from being asked for ever.
      const isWaiting = a.nextMs > this.nowMs && a.nextMs - this.nowMs < 16 * DAY
      const counts = address === url || (a.host === host && a.outcome === 'refused')
      if (isWaiting && counts) return `${a.result}; it is asked again after ${iso(a.nextMs).slice(0, 16)} UTC`
    }
    return null
  }

  /** Writes down how asking an address ended. @param random 0 (inclusive) to 1 (exclusive) */
  note(url: string, { outcome, result, retryAfterS }: Look, random: number): void {
    // Nothing got there, so nobody was bothered: who sits at the terminal may try again at once.
    if (outcome === 'unreachable') return
    const isGood = outcome === 'changed' || outcome === 'unchanged'
    const failures = isGood ? 0 : (this.#addresses[url]?.failures ?? 0) + 1
    const nextMs = nextLook({
      ...{ outcome, askedMs: this.nowMs, nowMs: this.nowMs, everyMs: EVERY_MS, failures, random },
      retryAfterMs: retryAfterS === null ? null : retryAfterS * 1000,
    })
    const recent = Object.entries(this.#addresses).filter(([, a]) => a.nextMs > this.nowMs - DAY)
    const { host } = new URL(url)
    const all = { ...Object.fromEntries(recent), [url]: { host, outcome, result, failures, nextMs } }
    writeWhole(this.folder, join(this.folder, FILE), JSON.stringify(all))
  }
}

/** Nothing where there is no such file, or half of one. */
function readAsked(file: string): AskedAddresses {
  try {
    return askedSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

/** Whole or not at all; a disk that takes nothing does not stop the answer. */
export function writeWhole(folder: string, file: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (error) {
    process.stderr.write(`${file} could not be written: ${error instanceof Error ? error.message : error}\n`)
  }
}
