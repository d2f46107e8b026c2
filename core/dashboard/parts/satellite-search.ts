import { useEffect, useState } from 'preact/hooks'
import { type SatelliteRecord, satellitesResponse } from '../../../shared/api/elements.js'
import { useApp } from '../app/app-context.js'
import { type Failure, failureOf } from '../logic/failure-text.js'

/** The satellites of core whose name or number holds these words; null looks for none. */
export function useSatelliteSearch(
  words: string | null,
  limit: number,
): { readonly found: readonly SatelliteRecord[]; readonly failure: Failure | null } {
  const { api } = useApp()
  const [found, setFound] = useState<readonly SatelliteRecord[]>([])
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    if (words === null) return setFound([])
    let late = false
    api
      .get('satellites', satellitesResponse, { search: words, limit })
      .then(({ items }) => {
        if (late) return
        setFound(items)
        setFailure(null)
      })
      .catch((error: unknown) => {
        if (!late) setFailure(failureOf(error))
      })
    return () => {
      late = true
    }
  }, [api, words, limit])
  return { found, failure }
}
