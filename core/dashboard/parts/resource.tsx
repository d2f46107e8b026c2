import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../logic/failure-text.js'
import { FailureNote, Loading } from './empty.js'

export type Resource<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'ready'; readonly value: T }

/** Loads something when `key` changes. A reload keeps what is shown until the new answer is there. */
export function useResource<T>(key: string, load: () => Promise<T>): [Resource<T>, () => Promise<void>] {
  const [resource, setResource] = useState<Resource<T>>({ kind: 'loading' })
  const run = useRef(0)
  const loader = useRef(load)
  loader.current = load

  const reload = useCallback(async () => {
    const mine = ++run.current
    const next: Resource<T> = await loader
      .current()
      .then((value) => ({ kind: 'ready' as const, value }))
      .catch((error: unknown) => ({ kind: 'failed' as const, failure: failureOf(error) }))
    if (mine === run.current) setResource(next)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names what is loaded
  useEffect(() => {
    setResource({ kind: 'loading' })
    void reload()
    return () => {
      run.current++
    }
  }, [key, reload])
  return [resource, reload]
}

interface ShowProps<T> {
  readonly of: Resource<T>
  readonly retry: () => void
  readonly children: (value: T) => ComponentChildren
}

/** What has loaded, or why it has not. */
export function Show<T>({ of, retry, children }: ShowProps<T>) {
  if (of.kind === 'loading') return <Loading />
  if (of.kind === 'failed') return <FailureNote failure={of.failure} retry={retry} />
  return <>{children(of.value)}</>
}
