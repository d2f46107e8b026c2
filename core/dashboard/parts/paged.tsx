/**
 * A list of core that is read page by page.
 * @module
 */
import { useRef } from 'preact/hooks'
import type { Page } from '../../../shared/api/pages.js'
import { useAct } from './act.js'
import { type Resource, useResource } from './resource.js'

export interface Shown<T> {
  readonly items: readonly T[]
  /** Is there more behind the last item? */
  readonly hasMore: boolean
}

export interface Paged<T> {
  readonly shown: Resource<Shown<T>>
  /** Shows one page more. */
  readonly more: () => Promise<void>
  /** Reads as many pages anew as are shown; they stay until then. */
  readonly reload: () => Promise<void>
}

/** Another `key` is another list, which begins with one page. */
export function usePaged<T>(key: string, read: (cursor: string | undefined) => Promise<Page<T>>): Paged<T> {
  const pages = useRef({ key, count: 1 })
  if (pages.current.key !== key) pages.current = { key, count: 1 }
  const [shown, reload] = useResource(key, async (): Promise<Shown<T>> => {
    const items: T[] = []
    let cursor: string | undefined
    for (let n = 0; n < pages.current.count; n++) {
      const page = await read(cursor)
      items.push(...page.items)
      if (page.nextCursor === null) return { items, hasMore: false }
      cursor = page.nextCursor
    }
    return { items, hasMore: true }
  })
  const more = () => {
    pages.current.count += 1
    return reload()
  }
  return { shown, more, reload }
}

/** What stands below a list that goes on. */
export function More({ label, onMore }: { label: string; onMore: () => Promise<void> }) {
  const act = useAct()
  return (
    <p class="after-list">
      <button type="button" class="button" disabled={act.busy} onClick={() => void act.run(onMore)}>
        {label}
      </button>
    </p>
  )
}
