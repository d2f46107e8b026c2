/**
 * A JSON file with a check sum: a bit that turned on the card can leave JSON that fits its schema and is not true.
 * @module
 */
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { JsonFile, type Stored } from './files.js'

const envelopeSchema = z.strictObject({ sum: z.int(), text: z.string() })

/** The value as text, and what reads it back. */
export const seal = (value: unknown): z.infer<typeof envelopeSchema> => {
  const text = JSON.stringify(value)
  return { sum: crc32(text), text }
}

/** @throws Error when it is not what was written; ZodError when it does not fit */
export function unseal<T>(sealed: unknown, schema: z.ZodType<T>): T {
  const { sum, text } = envelopeSchema.parse(sealed)
  if (crc32(text) !== sum) throw new Error('the check sum is another')
  return schema.parse(JSON.parse(text))
}

export class SealedFile<T> {
  readonly #file: JsonFile<z.infer<typeof envelopeSchema>>

  constructor(
    readonly path: string,
    private readonly schema: z.ZodType<T>,
  ) {
    this.#file = new JsonFile(path, envelopeSchema)
  }

  async read(): Promise<Stored<T>> {
    const stored = await this.#file.read()
    if (stored.kind !== 'ok') return { kind: stored.kind }
    try {
      return { kind: 'ok', value: unseal(stored.value, this.schema) }
    } catch {
      return { kind: 'corrupt' }
    }
  }

  /** Resolves when this value is on the disk. */
  write(value: T): Promise<void> {
    return this.#file.write(seal(value))
  }
}
