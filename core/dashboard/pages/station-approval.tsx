import { stationSchema } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'
import { MachineFacts } from './machine-facts.js'

const words = texts.station.approval

/** A machine has enrolled and waits for a person (E15). */
export function StationApproval({ entry }: { entry: StationEntry }) {
  const { api, session } = useApp()
  const { org, bus } = useFleet()
  const act = useAct()
  const station = entry.record.value
  const decide = (verb: 'approve' | 'reject') =>
    act.run(async () =>
      bus.stations.put(await api.post(`orgs/${org}/stations/${entry.id}/${verb}`, stationSchema)),
    )
  const mayReject = session.can('reject_stations')
  const mayApprove = session.can('approve_stations')
  return (
    <section class="card approval" aria-label={words.label(station.name)}>
      <p>
        <strong>{words.wants(station.name)}</strong> {words.text}
      </p>
      <MachineFacts station={station} />
      {act.failure !== null && <FailureNote failure={act.failure} />}
      {(mayReject || mayApprove) && (
        <div class="row-end">
          {mayReject && (
            <button
              type="button"
              class="button danger"
              disabled={act.busy}
              onClick={() => void decide('reject')}
            >
              {words.reject}
            </button>
          )}
          {mayApprove && (
            <button
              type="button"
              class="button primary"
              disabled={act.busy}
              onClick={() => void decide('approve')}
            >
              {words.approve}
            </button>
          )}
        </div>
      )}
    </section>
  )
}
