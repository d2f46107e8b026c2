import { nothing } from '../api/client.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'

/** A machine has enrolled and waits for a person (E15). */
export function StationApproval({ entry }: { entry: StationEntry }) {
  const { api, session } = useApp()
  const { org, bus } = useFleet()
  const act = useAct()
  const decide = (verb: 'approve' | 'reject') =>
    act.run(async () => {
      await api.post(`orgs/${org}/stations/${entry.id}/${verb}`, nothing)
      await bus.stations.refresh(entry.id)
    })
  const { address } = entry.record.value
  return (
    <div class="approval">
      <div class="note warn">
        <span class="text">
          <strong>A machine wants to join as this station.</strong>{' '}
          <span class="detail">
            {address === null ? 'It can do nothing until you decide.' : `It came from ${address}.`}
          </span>
        </span>
        {session.can('reject_stations') && (
          <button type="button" class="button" disabled={act.busy} onClick={() => void decide('reject')}>
            Reject
          </button>
        )}
        {session.can('approve_stations') && (
          <button
            type="button"
            class="button primary"
            disabled={act.busy}
            onClick={() => void decide('approve')}
          >
            Approve
          </button>
        )}
      </div>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </div>
  )
}
