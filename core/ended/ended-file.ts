/**
 * The file that remembers what has ended when the database forgets: one JSON line for each, only ever appended to. It
 * holds ids and times, no secret.
 * @module
 */
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { isoTime } from '../../shared/api/common.js'

export const ENDED_KINDS = [
  'station',
  'station_key',
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
  constructor(readonly path: string) {}

  async read(): Promise<Read> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], damaged: 0 }
      throw error
    }
    const parsed = text.split('\n').filter(Boolean).map(parse)
    const lines = parsed.filter((line) => line !== null)
    return { lines, damaged: parsed.length - lines.length }
  }

  /** Resolves when they are on the disk. */
  async append(lines: readonly EndedLine[]): Promise<void> {
    if (lines.length === 0) return
    await this.#write('a', this.path, lines)
  }

  /** Writes all of it anew: beside and renamed, so that a kill leaves the old one or the new one. */
  async replace(lines: readonly EndedLine[]): Promise<void> {
    const beside = `${this.path}.new`
    await this.#write('w', beside, lines)
    await rename(beside, this.path)
    await flushed(await open(path.dirname(this.path), 'r'))
  }

  async #write(flags: 'a' | 'w', file: string, lines: readonly EndedLine[]): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, flags, 0o600)
    try {
      await handle.writeFile(textOf(lines))
    } finally {
      await flushed(handle)
    }
  }
}

async function flushed(handle: FileHandle): Promise<void> {
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
