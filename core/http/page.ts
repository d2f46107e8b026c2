/**
 * Lists in pages. A cursor is opaque to clients: base64url of JSON that only we write and read.
 * @module
 */
import { z } from 'zod'
import { TalosError } from '../../shared/errors.js'
import { ID_PATTERN } from '../../shared/principal.js'

/** Writes a cursor from the sort values of the last row, the unique id last. */
export const encodeCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/**
 * Reads a cursor of ours.
 * @throws TalosError `invalid_request` naming /cursor, for anything that `encodeCursor` did not write
 */
export function decodeCursor<T extends z.ZodType>(cursor: string, schema: T): z.infer<T> {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const detail = 'is not a cursor of this list; begin again without it'
  throw new TalosError('invalid_request', `The cursor ${detail}.`, {
    errors: [{ pointer: '/cursor', detail }],
  })
}

const idCursor = z.tuple([z.string().regex(ID_PATTERN)])

interface PageQuery {
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * Arguments of a Prisma `findMany` for one page, by id. One row more than asked tells whether another page follows.
 * The list must be ordered by something that ends in `id`.
 */
export function pageArgs(query: PageQuery): { take: number; skip?: number; cursor?: { id: string } } {
  if (query.cursor === undefined) return { take: query.limit + 1 }
  const [id] = decodeCursor(query.cursor, idCursor)
  return { take: query.limit + 1, skip: 1, cursor: { id } }
}

/** Cuts the extra row off and makes the cursor from the last row that stays. `cursorOf` defaults to its id. */
export function pageResult<Row extends { readonly id: string | bigint }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => readonly (string | number)[] = (row) => [String(row.id)],
): { items: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  }
}
