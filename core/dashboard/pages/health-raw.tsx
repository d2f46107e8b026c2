import { useState } from 'preact/hooks'
import {
  type HealthCollector,
  orgHealthResponse,
  type StationHealth,
  systemHealthResponse,
} from '../../../shared/api/health.js'
import { useApp } from '../app/app-context.js'
import { rawValues } from '../logic/health-view.js'
import { stationPath } from '../logic/route.js'
import { Show, useResource } from '../parts/resource.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'

const words = texts.health

function Values({ state }: { state: unknown }) {
  return (
    <dl class="card raw-values">
      {rawValues(state).map(([name, value]) => (
        <div key={name}>
          <dt class="mono">{name}</dt>
          <dd class="mono">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The numbers of a station beside its name; the identity stands in the first column. */
const numbersOf = ({ id: _, name: __, ...numbers }: StationHealth) => rawValues(numbers)

function Stations({ stations }: { stations: readonly StationHealth[] }) {
  const [first] = stations
  if (first === undefined) return <p class="muted">{words.noStations}</p>
  return (
    <Table heads={[words.station, ...numbersOf(first).map(([name]) => name)]} kind="raw-stations">
      {stations.map((station) => (
        <tr key={station.id}>
          <td class="full">
            <a href={stationPath(station.id)}>{station.name}</a>
          </td>
          {numbersOf(station).map(([name, value]) => (
            <td key={name} class="number">
              <span class="narrow-only muted">{name} </span>
              {value}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  )
}

function Live({ collector, org }: { collector: HealthCollector; org: string | null }) {
  const { api } = useApp()
  const [shown, reload] = useResource(`health ${org} ${collector}`, async () =>
    org === null
      ? await api.get(`health/${collector}`, systemHealthResponse)
      : await api.get(`orgs/${org}/health/${collector}`, orgHealthResponse),
  )
  return (
    <Show of={shown} retry={() => void reload()}>
      {(report) => (
        <>
          {report.collector === 'stations' ? (
            <Stations stations={report.state.stations} />
          ) : (
            <Values state={report.state} />
          )}
          <button type="button" class="button small" onClick={() => void reload()}>
            {words.collectAgain}
          </button>
        </>
      )}
    </Show>
  )
}

/** H12: what a collector sees this moment, as it is; asked for when somebody opens it. */
export function HealthRaw({ collector, org }: { collector: HealthCollector; org: string | null }) {
  const [open, setOpen] = useState(false)
  return (
    <details class="health-raw" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.rawValues(words.collectors[collector])}</summary>
      {open && <Live collector={collector} org={org} />}
    </details>
  )
}
