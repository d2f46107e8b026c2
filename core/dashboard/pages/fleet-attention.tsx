import { useState } from 'preact/hooks'
import type { Contact } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { type Attention, attentionOf } from '../logic/attention.js'
import { codeTitle } from '../logic/failure-text.js'
import { stationPath } from '../logic/route.js'
import { type Hearing, stationStatus } from '../logic/station-status.js'
import { Pill } from '../parts/glyph.js'

/** So that a bad day leaves room for what runs. */
const SHOWN = 5

interface Found {
  readonly id: string
  readonly name: string
  readonly attention: Attention
  /** In words; null where the label says it all. */
  readonly why: string | null
}

/** All that waits for a person, the worst first. Reads signals. */
export function needingAttention(
  stations: readonly StationEntry[],
  contacts: Iterable<Contact>,
  hearing: Hearing,
): readonly Found[] {
  const byStation = new Map<string, Contact[]>()
  for (const contact of contacts) {
    const own = byStation.get(contact.stationId)
    if (own === undefined) byStation.set(contact.stationId, [contact])
    else own.push(contact)
  }
  return stations
    .flatMap(({ id, record, live }): Found[] => {
      const { name, status, locked } = record.value
      if (status === 'revoked' || status === 'rejected') return []
      const own = byStation.get(id) ?? []
      const attention = attentionOf(
        stationStatus(record.value, live.value, hearing),
        live.value,
        own,
        hearing.until,
      )
      if (attention === null) return []
      const why = attention.code === null ? (locked?.reason ?? null) : codeTitle(attention.code)
      return [{ id, name, attention, why }]
    })
    .sort((a, b) => Number(b.attention.tone === 'bad') - Number(a.attention.tone === 'bad'))
}

/** What waits for a person; nothing at all when nothing does. */
export function AttentionList() {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const found = needingAttention(bus.stations.list.value, bus.contacts.all.value.values(), bus.hearing(now))
  const [all, setAll] = useState(false)
  if (found.length === 0) return null
  const shown = all ? found : found.slice(0, SHOWN)
  return (
    <section class="side-section" aria-label="Needs attention">
      <ul class="attention">
        {shown.map(({ id, name, attention, why }) => (
          <li key={id}>
            <a href={stationPath(id)} class={attention.tone === 'bad' ? 'bad' : 'warn'}>
              <strong>{name}</strong>
              <Pill tone={attention.tone} label={attention.label} />
              {why !== null && <span class="why">{why}</span>}
            </a>
          </li>
        ))}
      </ul>
      {found.length > SHOWN && (
        <button type="button" class="button plain small more" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${found.length}`}
        </button>
      )}
    </section>
  )
}
