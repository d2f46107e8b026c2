import type { Contact } from '../../../shared/api/contacts.js'
import { HOUR, MINUTE } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, isOver } from '../logic/contact-status.js'
import { degrees } from '../logic/number-text.js'
import { contactPath, stationPath } from '../logic/route.js'
import { elementsAgeDays, elementsAgeText } from '../logic/staleness.js'
import { utcMinute, utcTime } from '../logic/time-text.js'
import { texts } from '../text/texts.js'

/** A little of the past stays in sight, so that what has just ended is not gone at once. */
const PAST_MS = 10 * MINUTE

interface Row {
  readonly stationId: string
  readonly name: string
  readonly contacts: readonly Contact[]
}

function rowsOf(contacts: Iterable<Contact>, from: number, to: number): Row[] {
  const rows = new Map<string, { stationId: string; name: string; contacts: Contact[] }>()
  for (const contact of contacts) {
    if (contact.state === 'cancelled' || Date.parse(contact.los) < from || Date.parse(contact.aos) > to)
      continue
    const row = rows.get(contact.stationId) ?? {
      stationId: contact.stationId,
      name: contact.stationName,
      contacts: [],
    }
    row.contacts.push(contact)
    rows.set(contact.stationId, row)
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function Bar({ contact, from, to, now }: { contact: Contact; from: number; to: number; now: number }) {
  const share = (at: string) => (100 * (Date.parse(at) - from)) / (to - from)
  const left = Math.max(0, share(contact.aos))
  const width = Math.max(0.35, Math.min(100, share(contact.los)) - left)
  const { label, tone } = contactStatus(contact.state)
  const over = isOver(contact) ? ' over' : ''
  const words = texts.parts.timeline.bar({
    satellite: contact.satelliteName,
    station: contact.stationName,
    from: utcTime(Date.parse(contact.aos)),
    to: utcTime(Date.parse(contact.los)),
    maxEl: degrees(contact.maxEl, 0),
    state: label,
    elements: elementsAgeText(elementsAgeDays(Date.parse(contact.elementsEpoch), now)),
  })
  return (
    <a
      class={`slot slot-${tone}${over}`}
      href={contactPath(contact.id)}
      title={words}
      aria-label={words}
      style={{ left: `${left}%`, width: `${width}%` }}
    >
      <span>{contact.satelliteName}</span>
    </a>
  )
}

/** Who follows what when, one line for each station. */
export function Timeline({ hours }: { hours: number }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  // The picture stands still for a minute; only the line of now moves.
  const from = Math.floor((now - PAST_MS) / MINUTE) * MINUTE
  const to = from + PAST_MS + hours * HOUR
  const step = hours > 6 ? HOUR * 2 : hours > 3 ? HOUR : 30 * MINUTE
  const rows = rowsOf(bus.contacts.all.value.values(), from, to)
  if (rows.length === 0) return null
  const ticks: number[] = []
  // A tick at the very end would have its name beyond the edge.
  for (let t = Math.ceil(from / step) * step; t < to - step / 4; t += step) ticks.push(t)
  const windowsOf = (stationId: string, first: number, last: number) =>
    (bus.stations.find(stationId)?.record.value.maintenance ?? [])
      .map(({ id, reason, ...w }) => ({
        ...{ id, reason },
        begin: Math.max(first, Date.parse(w.from)),
        end: Math.min(last, Date.parse(w.to)),
      }))
      .filter(({ begin, end }) => begin < end)
  const percent = (t: number) => `${(100 * (t - from)) / (to - from)}%`
  return (
    <div class="timeline">
      <div class="timeline-ticks" aria-hidden="true">
        {ticks.map((t) => (
          <span key={t} class="number" style={{ left: percent(t) }}>
            {utcMinute(t)}
          </span>
        ))}
      </div>
      <ul>
        {rows.map((row) => (
          <li key={row.stationId} class="timeline-row">
            <a class="timeline-name" href={stationPath(row.stationId)}>
              {row.name}
            </a>
            <div class="timeline-lane">
              {ticks.map((t) => (
                <i key={t} class="tick" style={{ left: percent(t) }} />
              ))}
              {windowsOf(row.stationId, from, to).map(({ id, begin, end, reason }) => (
                <i
                  key={id}
                  class="maintenance"
                  title={texts.parts.timeline.maintenance(reason)}
                  style={{ left: percent(begin), width: `${(100 * (end - begin)) / (to - from)}%` }}
                />
              ))}
              {row.contacts.map((contact) => (
                <Bar key={contact.id} contact={contact} from={from} to={to} now={now} />
              ))}
              <i class="now" style={{ left: percent(now) }} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
