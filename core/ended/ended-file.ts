/**
 * The file that remembers what has ended when the database forgets: one JSON line for each, only ever appended to. It
 * holds ids and times, no secret.
 * @module
 */
import { copyFile, type FileHandle, mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { isoTime } from '../../shared/api/common.js'

export const ENDED_KINDS = [
  'station',
  'station_key',
  'service_key',
  'station_certificate',
  'certificate_authority',
  'enrollment_token',
  'api_token',
  'session',
  'command_line',
] as const

const endedSchema = z.strictObject({
  kind: z.enum(ENDED_KINDS),
  /** Of its row. */
  id: z.string().min(1).max(64),
  at: isoTime,
  /** When it would have ended by itself; absent: never. */
  until: isoTime.optional(),
})
export type EndedLine = Readonly<z.infer<typeof endedSchema>>

export const keyOf = ({ kind, id }: Pick<EndedLine, 'kind' | 'id'>): string => `${kind} ${id}`

const textOf = (lines: readonly EndedLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('')

/** Null for a line that a kill has cut short, or that is none of ours. */
function parse(text: string): EndedLine | null {
  try {
    return endedSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export interface Read {
  readonly lines: readonly EndedLine[]
  /** Lines that cannot be read. */
  readonly damaged: number
}

export class EndedFile {
  /** What it holds since it was read or written last, bytes; null: nothing was read or written yet, or a write failed. */
  #bytes: number | null = null

  constructor(readonly path: string) {}

  /** Is it as it was left here? Else somebody has removed, emptied or changed it, or a write was cut short. */
  async isIntact(): Promise<boolean> {
    return this.#bytes !== null && this.#bytes === (await this.#size())
  }

  /** Keeps a copy for a person, whose path it returns. */
  async setAside(nowMs: number): Promise<string> {
    const aside = `${this.path}.damaged-${nowMs}`
    await copyFile(this.path, aside)
    return aside
  }

  async read(): Promise<Read> {
    let bytes: Buffer
    try {
      bytes = await readFile(this.path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#bytes = 0
        return { lines: [], damaged: 0 }
      }
      throw error
    }
    this.#bytes = bytes.length
    const parsed = bytes.toString('utf8').split('\n').filter(Boolean).map(parse)
    const lines = parsed.filter((line) => line !== null)
    return { lines, damaged: parsed.length - lines.length }
  }

  /** Resolves when they are on the disk. */
  async append(lines: readonly EndedLine[]): Promise<void> {
    if (lines.length === 0) return
    // Behind a line that a full disk has cut short, the next would be lost with it.
    const start = (await this.isIntact()) ? '' : '\n'
    const before = await this.#size()
    this.#bytes = null
    const written = await this.#write('a', this.path, `${start}${textOf(lines)}`)
    this.#bytes = before + written
  }

  /** Writes all of it anew: beside and renamed, so that a kill leaves the old one or the new one. */
  async replace(lines: readonly EndedLine[]): Promise<void> {
    const beside = `${this.path}.new`
    this.#bytes = null
    const written = await this.#write('w', beside, textOf(lines))
    await rename(beside, this.path)
    this.#bytes = written
    await flushed(await open(path.dirname(this.path), 'r'))
  }

  async #size(): Promise<number> {
    try {
      return (await stat(this.path)).size
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
      throw error
    }
  }

  async #write(flags: 'a' | 'w', file: string, text: string): Promise<number> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, flags, 0o600)
    try {
      await handle.writeFile(text)
    } finally {
      await flushed(handle)
    }
    return Buffer.byteLength(text)
  }
}

async function flushed(handle: FileHandle): Promise<void> {
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
