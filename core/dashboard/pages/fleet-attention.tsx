import { useApp, useFleet } from '../app/app-context.js'
import { codeTitle } from '../logic/failure-text.js'
import { stationPath } from '../logic/route.js'
import { needsAttention, stationStatus } from '../logic/station-status.js'
import { Pill } from '../parts/glyph.js'

/** What waits for a person; nothing at all when nothing does. */
export function Attention() {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const found = bus.stations.list.value
    .map(({ id, record, live }) => ({
      id,
      name: record.value.name,
      status: stationStatus(record.value, live.value, now),
    }))
    .filter(({ status }) => needsAttention(status))
    .sort((a, b) => Number(b.status.tone === 'bad') - Number(a.status.tone === 'bad'))
  if (found.length === 0) return null
  return (
    <section class="side-section" aria-label="Needs attention">
      <ul class="attention">
        {found.map(({ id, name, status }) => (
          <li key={id}>
            <a href={stationPath(id)} class={status.tone === 'bad' ? 'bad' : 'warn'}>
              <strong>{name}</strong>
              <Pill tone={status.tone} label={status.label} />
              {status.code !== null && <span class="why">{codeTitle(status.code)}</span>}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
