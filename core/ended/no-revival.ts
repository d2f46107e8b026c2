/**
 * E19 beyond the database: a database that is restored from a backup has alive what ended after the backup was made.
 * What ends is therefore written down beside it, in the data directory, and ended again when core starts on a database
 * that does not know it.
 *
 * The database stays the truth while it is there: whatever it says has ended is copied, at the start all of it, then what
 * is new. So a kill between the commit and the copy costs nothing unless the database is rolled back before the next start.
 * @module
 */
import path from 'node:path'
import { MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'
import { EndedFile, type EndedLine, keyOf } from './ended-file.js'
import { endAgain, endedSince, recordRestore } from './ended-rows.js'

export const ENDED_FILE = 'ended.jsonl'

/** For what ends without an event, such as a token that was used. */
const LOOK_MS = MINUTE
/** Many that end at once are one look. */
const GATHER_MS = 250
/** A transaction takes its time from the beginning, and commits later. */
const OVERLAP_MS = 5 * MINUTE

export class NoRevival {
  readonly #file: EndedFile
  /** What is in the file. */
  readonly #known = new Set<string>()
  /** Up to when everything is in the file, epoch ms. */
  #copiedTo = 0
  #off: () => void = () => {}
  #interval: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(private readonly context: Context) {
    this.#file = new EndedFile(path.join(context.config.dataDir, ENDED_FILE))
  }

  /** Before anything presents a credential. */
  async start(): Promise<void> {
    const { events, log } = this.context
    await this.#endAgain()
    const isNew = this.#known.size === 0
    await this.#copy()
    if (isNew && this.#known.size > 0)
      log.warn(
        { file: this.#file.path },
        'there was no file of what has ended: if this database was restored, what ended after its backup is alive',
      )
    this.#off = events.on('ended', () => {
      this.#soon ??= setTimeout(() => {
        this.#soon = null
        void this.look()
      }, GATHER_MS)
    })
    this.#interval = setInterval(() => void this.look(), LOOK_MS)
    this.#interval.unref()
  }

  async stop(): Promise<void> {
    this.#off()
    clearInterval(this.#interval)
    if (this.#soon !== null) clearTimeout(this.#soon)
    await this.look()
  }

  async #endAgain(): Promise<void> {
    const { prisma, clock, log } = this.context
    const { lines, damaged } = await this.#file.read()
    const now = clock.now()
    if (damaged > 0) {
      const copy = await this.#file.setAside(now)
      log.warn({ damaged, copy }, 'lines of what has ended cannot be read; the file as it was is kept beside')
    }
    // What would have ended by itself needs no memory.
    const left = lines.filter(({ until }) => until === undefined || Date.parse(until) > now)
    if (left.length < lines.length || damaged > 0) await this.#file.replace(left)
    for (const line of left) this.#known.add(keyOf(line))
    const counts = await prisma.$transaction(
      async (tx) => {
        const ended = await endAgain(this.context, tx, left)
        if (Object.values(ended).every((count) => count === 0)) return null
        await recordRestore(this.context, tx, ended)
        return ended
      },
      { timeout: MINUTE },
    )
    if (counts !== null)
      log.warn(counts, 'the database is older than what has ended since: it was restored; that stays ended')
  }

  /** One after the other. Never rejects: what was not copied is copied with the next look. */
  look(): Promise<void> {
    this.#running = this.#running
      .then(() => this.#copy())
      .catch((error: unknown) =>
        this.context.log.error({ err: error, file: this.#file.path }, 'what has ended was not written down'),
      )
    return this.#running
  }

  async #copy(): Promise<void> {
    const { prisma, clock, log } = this.context
    const now = clock.now()
    if (!(await this.#file.isIntact())) {
      log.warn(
        { file: this.#file.path },
        'the file of what has ended is not as core left it; it is completed',
      )
      const { lines } = await this.#file.read()
      this.#known.clear()
      for (const line of lines) this.#known.add(keyOf(line))
      this.#copiedTo = 0
    }
    const since = this.#copiedTo === 0 ? 0 : this.#copiedTo - OVERLAP_MS
    const found = await endedSince(prisma, since)
    const fresh = found.filter((line) => isNeeded(line, now) && !this.#known.has(keyOf(line)))
    await this.#file.append(fresh)
    for (const line of fresh) this.#known.add(keyOf(line))
    this.#copiedTo = now
  }
}

const isNeeded = ({ until }: EndedLine, now: number): boolean =>
  until === undefined || Date.parse(until) > now
