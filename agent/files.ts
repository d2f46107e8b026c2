/**
 * Files that survive a kill at any byte: written beside, flushed, renamed, and the folder flushed.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'

const TMP = /^\..*\.tmp$/
/** Owner reads and writes, nobody else: plans and keys are nobody else's business (G3). */
const PRIVATE = 0o600

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes the whole file or leaves the old one: no reader ever sees half of it. */
export async function writeAtomic(path: string, data: string): Promise<void> {
  const folder = dirname(path)
  const tmp = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = await open(tmp, 'wx', PRIVATE)
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(tmp, path)
  } catch (cause) {
    await rm(tmp, { force: true })
    throw cause
  }
  await flushFolder(folder)
}

/** Removes a file for good; one that is not there is fine. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true })
  await flushFolder(dirname(path))
}

/** Clears away what a kill left between writing and renaming. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (TMP.test(name)) await rm(join(folder, name), { force: true })
}

/** Text of a file, or null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

export type Stored<T> = { readonly kind: 'absent' | 'corrupt' } | { readonly kind: 'ok'; readonly value: T }

/** A small JSON file: what is read fits its schema, what is written replaces the whole, one write at a time. */
export class JsonFile<T> {
  #last: Promise<void> = Promise.resolve()

  constructor(
    readonly path: string,
    private readonly schema: z.ZodType<T>,
  ) {}

  /** Rejects for who may not read it. A card that gives nothing back is as good as damaged: that ends no agent. */
  async read(): Promise<Stored<T>> {
    try {
      const text = await readIfThere(this.path)
      if (text === null) return { kind: 'absent' }
      const parsed = this.schema.safeParse(JSON.parse(text))
      return parsed.success ? { kind: 'ok', value: parsed.data } : { kind: 'corrupt' }
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === 'EACCES' || code === 'EPERM') throw cause
      return { kind: 'corrupt' }
    }
  }

  /** Resolves when this value is on the disk. */
  write(value: T): Promise<void> {
    const text = JSON.stringify(value)
    const next = this.#last.then(() => writeAtomic(this.path, text))
    this.#last = next.catch(() => undefined)
    return next
  }
}
