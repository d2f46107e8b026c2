import type { Contact } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, progress } from '../logic/contact-status.js'
import { degrees } from '../logic/number-text.js'
import { contactPath, PAGES } from '../logic/route.js'
import { isHistory } from '../logic/station-status.js'
import { countdown, duration, span, utcMinute } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Pill } from '../parts/glyph.js'
import { ProgressBar } from '../parts/progress-bar.js'

function Running({ contact }: { contact: Contact }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const status = contactStatus(contact.state)
  const entry = bus.stations.find(contact.stationId)
  const live = entry?.live.value
  const rot = live === undefined || isHistory(live, now) ? null : live.rot?.message
  const begun = Date.parse(contact.aos) <= now
  return (
    <li>
      <a class="running" href={contactPath(contact.id)}>
        <span class="line">
          <strong>{contact.satelliteName}</strong>
          <Pill tone={status.tone} label={status.label} />
        </span>
        <span class="line muted">
          <span>
            {contact.stationName} <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} named />
          </span>
          <span class="number">
            {begun
              ? `LOS in ${span(Math.max(0, Date.parse(contact.los) - now))}`
              : `AOS in ${span(Date.parse(contact.aos) - now)}`}
          </span>
        </span>
        <ProgressBar share={progress(contact, now)} label="Part of the pass that is over" />
        <span class="line muted number">
          <span>
            az {degrees(rot?.az, 1)} · el {degrees(rot?.el, 1)}
          </span>
          <span>off by {degrees(rot?.errDeg)}</span>
        </span>
      </a>
    </li>
  )
}

function Next({ contact }: { contact: Contact }) {
  const now = useApp().clock.second.value
  const aos = Date.parse(contact.aos)
  const { label, tone } = contactStatus(contact.state)
  return (
    <li>
      <a
        class="next-row"
        href={contactPath(contact.id)}
        title={`AOS ${utcMinute(aos)} UTC, ${duration((Date.parse(contact.los) - aos) / 1000)}`}
      >
        <span class="number when">{countdown(aos, now)}</span>
        <span class="what">
          <span class="name">{contact.satelliteName}</span>
          <span class="muted"> {contact.stationName}</span>
          {tone === 'warn' && <span class="badge warn">{label}</span>}
        </span>
        <span class="number muted" title="Highest elevation">
          {degrees(contact.maxEl, 0)}
        </span>
        <span class="age">
          <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} />
        </span>
      </a>
    </li>
  )
}

/** What runs, and what comes next. */
export function NowAndNext({ next }: { next: readonly Contact[] }) {
  const { session } = useApp()
  const { bus } = useFleet()
  const running = bus.contacts.running.value
  if (!session.can('view_passes')) return null
  return (
    <section class="side-section" aria-labelledby="now-and-next">
      <div class="side-head">
        <h2 id="now-and-next">Contacts</h2>
        <a href={PAGES.contacts}>All contacts</a>
      </div>
      {running.length > 0 && (
        <ul class="running-list">
          {running.map((contact) => (
            <Running key={contact.id} contact={contact} />
          ))}
        </ul>
      )}
      {next.length > 0 ? (
        <ul>
          {next.map((contact) => (
            <Next key={contact.id} contact={contact} />
          ))}
        </ul>
      ) : (
        bus.contacts.loading.value.kind === 'ready' &&
        running.length === 0 && (
          <p class="side-empty">
            Nothing is booked. <a href={PAGES.campaigns}>Say in a campaign which satellites to follow.</a>
          </p>
        )
      )}
    </section>
  )
}
