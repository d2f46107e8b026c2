import { useEffect } from 'preact/hooks'
import { useApp, useFleet } from '../app/app-context.js'

/** Names of satellites; the number of one whose name is not known yet. Asks core for those that nobody has named. */
export function useSatelliteNames(ids: readonly string[]): (id: string) => string {
  const { satellites } = useApp()
  const { bus } = useFleet()
  const booked = new Map([...bus.contacts.all.value.values()].map((c) => [c.satelliteId, c.satelliteName]))
  const missing = [...new Set(ids)].filter((id) => !booked.has(id)).sort()
  const key = missing.join(' ')
  useEffect(() => {
    if (key === '') return
    void satellites.want(key.split(' ').map((satelliteId) => ({ satelliteId, elementsHash: null })))
  }, [satellites, key])
  return (id) => booked.get(id) ?? satellites.find(id)?.record.name ?? id
}
