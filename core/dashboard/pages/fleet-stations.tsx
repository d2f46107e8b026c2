import { useState } from 'preact/hooks'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { degrees } from '../logic/number-text.js'
import { stationPath } from '../logic/route.js'
import { dataAge, isHistory, stationStatus, type Tone } from '../logic/station-status.js'
import { age, ago } from '../logic/time-text.js'
import { Search } from '../parts/field.js'
import { Pill } from '../parts/glyph.js'

const URGENCY: readonly Tone[] = ['bad', 'warn', 'good', 'busy', 'calm', 'quiet']

function Row({ entry }: { entry: StationEntry }) {
  const now = useApp().clock.second.value
  const { bus } = useFleet()
  const live = entry.live.value
  const status = stationStatus(entry.record.value, live, bus.hearing(now))
  const history = isHistory(live, now)
  const heard = dataAge(live, now)
  const { locked } = entry.record.value
  return (
    <li>
      <a class="station-row" href={stationPath(entry.id)}>
        <span class="name" title={entry.record.value.name}>
          {entry.record.value.name}
        </span>
        <Pill tone={status.tone} label={status.label} />
        <span class={history ? 'number angles old' : 'number angles'}>
          <span title="Azimuth, measured">{degrees(live.rot?.message.az, 1)}</span>
          <span title="Elevation, measured">{degrees(live.rot?.message.el, 1)}</span>
        </span>
        <span class="number heard" title="Age of the newest data">
          {heard === null ? '' : age(heard)}
        </span>
        {locked !== null && (
          <span class="why">
            {locked.reason}, {ago(now - Date.parse(locked.at))}
          </span>
        )}
      </a>
    </li>
  )
}

/** Every station in a line, to be searched and sorted (W4). */
export function FleetStations() {
  const { clock } = useApp()
  const { bus } = useFleet()
  const [words, setWords] = useState('')
  const [byState, setByState] = useState(false)
  const wanted = words.trim().toLowerCase()
  const found = bus.stations.list.value.filter((s) => s.record.value.name.toLowerCase().includes(wanted))
  const hearing = bus.hearing(clock.second.value)
  const urgency = (s: StationEntry) =>
    URGENCY.indexOf(stationStatus(s.record.value, s.live.value, hearing).tone)
  const list = byState ? [...found].sort((a, b) => urgency(a) - urgency(b)) : found
  return (
    <section class="side-section" aria-labelledby="stations">
      <div class="side-head">
        <h2 id="stations">Stations</h2>
        <fieldset class="segmented" aria-label="Sort stations">
          <button type="button" aria-pressed={!byState} onClick={() => setByState(false)}>
            Name
          </button>
          <button type="button" aria-pressed={byState} onClick={() => setByState(true)}>
            State
          </button>
        </fieldset>
      </div>
      {bus.stations.list.value.length > 5 && (
        <div class="side-search">
          <Search label="Search stations" value={words} onInput={setWords} />
        </div>
      )}
      {list.length === 0 ? (
        <p class="side-empty">No station has «{words}» in its name.</p>
      ) : (
        <ul>
          {list.map((entry) => (
            <Row key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  )
}
