import type { ComponentChildren } from 'preact'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { codeTitle } from '../logic/failure-text.js'
import { PAGES } from '../logic/route.js'
import { linkOf } from '../logic/station-live.js'
import { dataAge, isHistory, stationStatus } from '../logic/station-status.js'
import { age, utcMoment } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'
import { texts } from '../text/texts.js'
import { useControl } from './station-control.js'

const words = texts.station.head

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
  const control = useControl(entry)
  const maintained = entry.record.value.maintenance.find(
    (w) => Date.parse(w.from) <= now && Date.parse(w.to) > now,
  )
  // A plan goes on without a link; the last state says whether one was running.
  const autonomous = link === 'offline' && bus.contacts.running.value.some((c) => c.stationId === entry.id)
  return (
    <div class="station-head">
      <div class="names">
        <a class="crumb" href={PAGES.fleet}>
          {words.fleet}
        </a>
        <h1>{entry.record.value.name}</h1>
        <Pill
          tone={status.tone}
          label={status.label}
          title={status.code === null ? undefined : codeTitle(status.code)}
        />
        {link !== 'offline' && (
          <span class="muted" title={words.linkTitle}>
            {words.links[link]}
          </span>
        )}
        {heard !== null && (
          <span class={history ? 'badge warn' : 'badge'} title={words.dataTitle}>
            {history ? words.lastData(age(heard)) : words.data(age(heard))}
          </span>
        )}
        {autonomous && <span class="badge warn">{words.alone}</span>}
        {control.kind === 'mine' && <span class="badge">{words.mine}</span>}
        {control.kind === 'theirs' && (
          <span class="badge warn">{words.theirs(control.who ?? texts.station.control.gone)}</span>
        )}
        {maintained !== undefined && (
          <span class="badge warn" title={maintained.reason}>
            {words.maintenance(utcMoment(Date.parse(maintained.to), now))}
          </span>
        )}
      </div>
      {children}
    </div>
  )
}
