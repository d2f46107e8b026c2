import { useState } from 'preact/hooks'
import { type PassRecord, passesResponse } from '../../../shared/api/passes.js'
import { DAY } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { askedIn, type PassForm, type PassQuery, passQuery, queryText } from '../logic/pass-query.js'
import { countdown, utcMoment } from '../logic/time-text.js'
import { fieldMs, utcField } from '../logic/utc-field.js'
import { Empty } from '../parts/empty.js'
import { MomentField } from '../parts/moment-field.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'
import { PassTable } from './pass-table.js'
import { PlanningTabs } from './planning-tabs.js'
import { SatelliteFinder } from './satellite-finder.js'

const words = texts.passes
/** A table longer than this is for a file. */
const SHOWN = 300

/** When it is next in sight of anyone: the first thing that people ask of a satellite. */
function Next({ passes }: { passes: readonly PassRecord[] }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const next = passes.find((p) => Date.parse(p.los) > now)
  if (next === undefined) return null
  const station = bus.stations.find(next.stationId)?.record.value.name ?? next.stationId
  const aos = Date.parse(next.aos)
  return (
    <p class="next-pass">
      <span class="muted">{words.next}</span>{' '}
      <strong class="number">{words.nextAt(station, utcMoment(aos, now), countdown(aos, now))}</strong>
    </p>
  )
}

function Found({ query }: { query: PassQuery }) {
  const { api } = useApp()
  const { org } = useFleet()
  const text = queryText(query)
  const [passes, reload] = useResource(`passes ${org} ${text}`, () =>
    api.get(`orgs/${org}/passes`, passesResponse, { ...query }),
  )
  const file = (kind: 'csv' | 'ics') => `/api/v1/orgs/${org}/passes.${kind}?${text}`
  return (
    <Show of={passes} retry={() => void reload()}>
      {({ items }) =>
        items.length === 0 ? (
          <div class="card">
            <Empty title={words.none.title} text={words.none.text} />
          </div>
        ) : (
          <>
            {query.satellite !== undefined && <Next passes={items} />}
            <PassTable passes={items.slice(0, SHOWN)} />
            <p class="after-list">
              {words.count(Math.min(SHOWN, items.length), items.length)} {words.files}{' '}
              <a href={file('csv')} download>
                {words.csv}
              </a>
              {' · '}
              <a href={file('ics')} download>
                {words.ics}
              </a>
            </p>
          </>
        )
      }
    </Show>
  )
}

/** Passes of any satellite over any station, from and to any time. */
export function PassesPage() {
  const { clock } = useApp()
  const { bus } = useFleet()
  const [asked, setAsked] = useState(() => askedIn(location.search))
  const [from, setFrom] = useState(() => utcField(clock.now()))
  const [to, setTo] = useState(() => utcField(clock.now() + DAY))
  const nameOf = useSatelliteNames(asked.satellite === null ? [] : [asked.satellite])
  const form: PassForm = { ...asked, from: fieldMs(from), to: fieldMs(to) }
  const query = passQuery(form)
  const change = (next: Partial<Pick<PassForm, 'satellite' | 'station'>>) => {
    const now = { ...asked, ...next }
    setAsked(now)
    // The address is what people send to each other.
    const kept = Object.entries(now).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))
    const text = new URLSearchParams(kept).toString()
    history.replaceState(null, '', text === '' ? location.pathname : `${location.pathname}?${text}`)
  }
  return (
    <Page title={words.title} beside={<PlanningTabs />}>
      <div class="card pass-form">
        <SatelliteFinder
          chosen={asked.satellite === null ? null : { id: asked.satellite, name: nameOf(asked.satellite) }}
          onChoose={(satellite) => change({ satellite: satellite?.id ?? null })}
        />
        <label class="field">
          <span class="label">{words.station}</span>
          <select
            class="input"
            value={asked.station ?? ''}
            onChange={(event) => change({ station: event.currentTarget.value || null })}
          >
            <option value="">{words.anyStation}</option>
            {bus.stations.list.value.map(({ id, record }) => (
              <option key={id} value={id}>
                {record.value.name}
              </option>
            ))}
          </select>
        </label>
        <MomentField label={words.from} value={from} onInput={setFrom} />
        <MomentField
          label={words.to}
          value={to}
          onInput={setTo}
          hint={words.window}
          wrong={query === null ? words.wrongTo : undefined}
        />
      </div>
      {query !== null && <Found query={query} />}
    </Page>
  )
}
