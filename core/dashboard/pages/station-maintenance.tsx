import { useState } from 'preact/hooks'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { utcDate, utcMinute } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'
import { RowAct } from '../parts/row-act.js'
import { texts } from '../text/texts.js'
import { MaintenanceDialog } from './maintenance-dialog.js'

const words = texts.station.maintenance

const moment = (at: string): string => `${utcDate(Date.parse(at))} ${utcMinute(Date.parse(at))}`

/** The times in which the station is not planned for. */
export function StationMaintenance({ entry }: { entry: StationEntry }) {
  const { api, clock, session } = useApp()
  const { org, bus } = useFleet()
  const [planning, setPlanning] = useState(false)
  const now = clock.second.value
  const windows = entry.record.value.maintenance.filter(({ to }) => Date.parse(to) > now)
  const mayPlan = session.can('manage_passes')
  return (
    <section class="card" aria-labelledby="maintenance">
      <div class="card-head">
        <h2 id="maintenance">{words.title}</h2>
        {mayPlan && (
          <button type="button" class="button small" onClick={() => setPlanning(true)}>
            {words.plan}
          </button>
        )}
      </div>
      {windows.length === 0 ? (
        <p class="side-empty">{words.none}</p>
      ) : (
        <ul class="windows">
          {windows.map(({ id, from, to, reason }) => {
            const runs = Date.parse(from) <= now
            return (
              <li key={id}>
                <span class="what">
                  <strong>{reason}</strong>
                  {runs && <Pill tone="warn" label={words.runs} />}
                  <span class="number muted">{words.window(moment(from), moment(to))}</span>
                </span>
                {mayPlan && (
                  <RowAct
                    label={runs ? words.end : words.takeBack}
                    of={words.of(reason)}
                    work={() => api.delete(`orgs/${org}/stations/${entry.id}/maintenance/${id}`)}
                    onDone={() => void bus.stations.refresh(entry.id)}
                  />
                )}
              </li>
            )
          })}
        </ul>
      )}
      {planning && <MaintenanceDialog stationId={entry.id} onClose={() => setPlanning(false)} />}
    </section>
  )
}
