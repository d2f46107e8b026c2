/**
 * Lists of core, page by page.
 * @module
 */
import type { z } from 'zod'
import type { Page } from '../../../shared/api/pages.js'
import type { Api, Query } from './client.js'

/** A list longer than this is for a search, not for a screen. */
const MAX_PAGES = 20
const LIMIT = 200

/** All items of a list, up to 20 pages. @throws TalosError */
export async function allPages<T>(
  api: Api,
  path: string,
  schema: z.ZodType<Page<T>>,
  query: Query = {},
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const next = await api.get(path, schema, { ...query, limit: LIMIT, cursor })
    items.push(...next.items)
    if (next.nextCursor === null) break
    cursor = next.nextCursor
  }
  return items
}
