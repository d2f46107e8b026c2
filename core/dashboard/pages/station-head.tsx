import type { ComponentChildren } from 'preact'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { codeTitle } from '../logic/failure-text.js'
import { PAGES } from '../logic/route.js'
import { linkOf } from '../logic/station-live.js'
import { dataAge, isHistory, stationStatus } from '../logic/station-status.js'
import { age } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'

const LINKS = { online: 'Linked', offline: 'No link', unknown: 'Never linked' } as const

/** Name, state and the age of what is shown; stays in sight while the page is scrolled. */
export function StationHead({ entry, children }: { entry: StationEntry; children: ComponentChildren }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const live = entry.live.value
  const status = stationStatus(entry.record.value, live, bus.hearing(now))
  const link = linkOf(live)
  const heard = dataAge(live, now)
  const history = isHistory(live, now)
  // A plan goes on without a link; the last state says whether one was running.
  const autonomous = link === 'offline' && bus.contacts.running.value.some((c) => c.stationId === entry.id)
  return (
    <div class="station-head">
      <div class="names">
        <a class="crumb" href={PAGES.fleet}>
          Fleet
        </a>
        <h1>{entry.record.value.name}</h1>
        <Pill
          tone={status.tone}
          label={status.label}
          title={status.code === null ? undefined : codeTitle(status.code)}
        />
        {link !== 'offline' && (
          <span class="muted" title="The connection of the station to core">
            {LINKS[link]}
          </span>
        )}
        {heard !== null && (
          <span class={history ? 'badge warn' : 'badge'} title="Age of the newest data from this station">
            {history ? `last data ${age(heard)} ago` : `data ${age(heard)}`}
          </span>
        )}
        {autonomous && <span class="badge warn">its plan goes on without a link</span>}
        {status.code !== null && <span class="why">{codeTitle(status.code)}</span>}
      </div>
      {children}
    </div>
  )
}
