/**
 * Reading a whole list, page by page.
 * @module
 */
import { TalosError } from '../errors.js'

export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

/**
 * All items of a list. `get` asks for the page at a cursor; null is the first.
 * @throws TalosError `unavailable` when the same page comes again and again; and whatever `get` throws
 */
export async function everyItem<T>(get: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await get(cursor)
    items.push(...page.items)
    if (page.nextCursor !== null && page.nextCursor === cursor)
      throw new TalosError('unavailable', 'The server gives the same page of a list again and again.')
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}
