import { stationsResponse } from '../../../shared/api/fleet.js'
import { SECOND } from '../../../shared/time.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { isMachineThere } from '../logic/station-status.js'
import { useEvery } from '../parts/every.js'
import { texts } from '../text/texts.js'
import { StationApproval } from './station-approval.js'

const words = texts.enroll

const LOOK_MS = 5 * SECOND

/** Machines that wait for a person (E15); nothing at all where none does. */
export function EnrollWaiting() {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const waiting = bus.stations.list.value.filter(({ record }) => {
    const { status } = record.value
    return status === 'pending' && isMachineThere(record.value)
  })
  useEvery(LOOK_MS, async () => {
    const pending = await allPages(api, `orgs/${org}/stations`, stationsResponse, { status: 'pending' })
    for (const record of pending) bus.stations.put(record)
    const ids = new Set(pending.map(({ id }) => id))
    // Somebody else has decided meanwhile.
    for (const { id } of waiting) if (!ids.has(id)) await bus.stations.refresh(id)
  })
  if (waiting.length === 0) return null
  return (
    <section class="waiting-list" aria-labelledby="waiting">
      <h2 id="waiting">{words.waitingForApproval}</h2>
      {waiting.map((entry) => (
        <StationApproval key={entry.id} entry={entry} />
      ))}
    </section>
  )
}
