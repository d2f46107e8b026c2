/**
 * The log on the station's own disk: what was said while nobody could be told, and the last words before a crash. A ring of
 * files of bounded size. A line waits in memory for some seconds and is written with its neighbours, so that a memory card
 * sees a dozen writes a minute at most; a disk that takes nothing costs lines and never a pass.
 * @module
 */
import { appendFileSync } from 'node:fs'
import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isoTime } from '../shared/messages.js'
import { type Clock, iso, MINUTE, SECOND } from '../shared/time.js'
import { type Log, reasonOf } from './log.js'

export const keptLineSchema = z.object({
  /** By the station's clock, which may be wrong. */
  ts: isoTime,
  /** Which run of the agent. */
  bootId: z.string(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
  facts: z.record(z.string(), z.unknown()),
})
export type KeptLine = Readonly<z.infer<typeof keptLineSchema>>

const FILES = 4
const FILE_BYTES = 256 * 1024
/** What is longer loses its facts. */
const LINE_BYTES = 2048
/** In memory, while the disk takes nothing; beyond, the oldest are dropped and counted. */
const MOST_WAITING = 1000

export interface Pace {
  /** A line is on the disk after so long, ms; an error sooner. */
  readonly lineMs: number
  readonly errorMs: number
  /** Between two writes. */
  readonly leastMs: number
  /** Between two tries on a disk that takes nothing. */
  readonly retryMs: number
}
const PACE: Pace = { lineMs: 10 * SECOND, errorMs: SECOND, leastMs: 5 * SECOND, retryMs: MINUTE }

const folderOf = (dataDir: string): string => join(dataDir, 'log')
const fileOf = (dataDir: string, n: number): string => join(folderOf(dataDir), `${n}.jsonl`)

export interface OfflineLogDeps {
  readonly dataDir: string
  readonly bootId: string
  readonly clock: Clock
  /** Where the lines go as well. */
  readonly to: Log
  readonly pace?: Pace
}

export class OfflineLog implements Log {
  #waiting: string[] = []
  #dropped = 0
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #wroteAt = Number.NEGATIVE_INFINITY
  #isFailing = false
  #bytes: number | null = null
  #writing: Promise<void> = Promise.resolve()
  readonly #pace: Pace

  constructor(private readonly deps: OfflineLogDeps) {
    this.#pace = deps.pace ?? PACE
  }

  readonly info: Log['info'] = (message, facts) => this.#tell('info', message, facts)
  readonly warn: Log['warn'] = (message, facts) => this.#tell('warn', message, facts)
  readonly error: Log['error'] = (message, facts) => this.#tell('error', message, facts)

  /** From now on a crash of this process leaves its last words, and why it ended. */
  start(): void {
    process.on('uncaughtExceptionMonitor', this.#crashed)
    process.on('exit', this.#last)
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    process.off('uncaughtExceptionMonitor', this.#crashed)
    process.off('exit', this.#last)
    clearTimeout(this.#timer)
    await this.flush()
  }

  /** Resolves when all that was told is on the disk, or the disk has refused it. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  readonly #crashed = (cause: Error): void => {
    this.error('the agent crashes', { reason: reasonOf(cause), stack: cause.stack?.slice(0, 1000) })
  }

  readonly #last = (): void => {
    if (this.#waiting.length === 0) return
    try {
      appendFileSync(fileOf(this.deps.dataDir, 0), this.#waiting.join(''), { mode: 0o600 })
    } catch {
      // The process ends, and there is nobody left to tell.
    }
  }

  #tell(level: KeptLine['level'], message: string, facts: Readonly<Record<string, unknown>> = {}): void {
    const { to, clock, bootId } = this.deps
    to[level](message, facts)
    this.#keep(textOf({ ts: iso(clock.now()), bootId, level, message, facts }))
    const { lineMs, errorMs, leastMs } = this.#pace
    const now = clock.monotonic()
    const wait = level === 'error' ? errorMs : lineMs
    if (!this.#isFailing) this.#writeAt(Math.max(now + wait, this.#wroteAt + leastMs))
  }

  #keep(line: string): void {
    this.#waiting.push(line)
    if (this.#waiting.length <= MOST_WAITING) return
    this.#waiting.shift()
    this.#dropped += 1
  }

  #writeAt(at: number): void {
    if (at >= this.#dueAt) return
    this.#dueAt = at
    clearTimeout(this.#timer)
    // It keeps no process alive: at its end the rest is written.
    this.#timer = setTimeout(() => void this.flush(), at - this.deps.clock.monotonic()).unref()
  }

  async #write(): Promise<void> {
    const { dataDir, clock, to, bootId } = this.deps
    this.#dueAt = Number.POSITIVE_INFINITY
    if (this.#waiting.length === 0) return
    let lost: string[] = []
    if (this.#dropped > 0) {
      const said = {
        level: 'warn',
        message: 'lines were lost here',
        facts: { lines: this.#dropped },
      } as const
      lost = [textOf({ ts: iso(clock.now()), bootId, ...said })]
    }
    const lines = this.#waiting
    const dropped = this.#dropped
    this.#waiting = []
    this.#dropped = 0
    try {
      await this.#append([...lost, ...lines].join(''))
      if (this.#isFailing) to.info('the log on disk is written again', { dropped })
      this.#isFailing = false
    } catch (cause) {
      // What came meanwhile stands behind it, within the bound.
      const waiting = [...lines, ...this.#waiting]
      this.#waiting = waiting.slice(-MOST_WAITING)
      this.#dropped += dropped + waiting.length - this.#waiting.length
      if (!this.#isFailing) to.warn('the log on disk cannot be written', { dataDir, reason: reasonOf(cause) })
      this.#isFailing = true
      this.#bytes = null
      this.#writeAt(clock.monotonic() + this.#pace.retryMs)
    }
    this.#wroteAt = clock.monotonic()
  }

  async #append(text: string): Promise<void> {
    const { dataDir } = this.deps
    this.#bytes ??= await sizeOf(dataDir)
    if (this.#bytes > 0 && this.#bytes + Buffer.byteLength(text) > FILE_BYTES) {
      for (let n = FILES - 1; n > 0; n--) await renameIfThere(fileOf(dataDir, n - 1), fileOf(dataDir, n))
      this.#bytes = 0
    }
    await appendFile(fileOf(dataDir, 0), text, { mode: 0o600 })
    this.#bytes += Buffer.byteLength(text)
  }
}

function textOf(line: KeptLine): string {
  const text = `${JSON.stringify(line)}\n`
  if (Buffer.byteLength(text) <= LINE_BYTES) return text
  const message = line.message.slice(0, LINE_BYTES / 4)
  return `${JSON.stringify({ ...line, message, facts: { cut: true } })}\n`
}

async function sizeOf(dataDir: string): Promise<number> {
  await mkdir(folderOf(dataDir), { recursive: true, mode: 0o700 })
  try {
    return (await stat(fileOf(dataDir, 0))).size
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw cause
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
  }
}

/** The latest lines that an agent of this data directory has written, the oldest of them first; torn ones left out. */
export async function readOfflineLog(dataDir: string, most: number): Promise<KeptLine[]> {
  const lines: KeptLine[] = []
  for (let n = 0; n < FILES && lines.length < most; n++) {
    const text = await readFile(fileOf(dataDir, n), 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return ''
      throw cause
    })
    lines.unshift(...text.split('\n').flatMap(parseLine))
  }
  return lines.slice(-most)
}

function parseLine(text: string): KeptLine[] {
  try {
    const parsed = keptLineSchema.safeParse(JSON.parse(text))
    return parsed.success ? [parsed.data] : []
  } catch {
    return []
  }
}
