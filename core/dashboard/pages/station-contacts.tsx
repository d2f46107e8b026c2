import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { contactStatus, isOver } from '../logic/contact-status.js'
import { degrees, fixed } from '../logic/number-text.js'
import { contactPath, PAGES } from '../logic/route.js'
import { countdown, utcMoment } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Pill } from '../parts/glyph.js'
import { texts } from '../text/texts.js'

const words = texts.station.contacts

const SHOWN = 6

/** What this antenna has before it. */
export function StationContacts({ entry }: { entry: StationEntry }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const own = [...bus.contacts.all.value.values()]
    .filter((c) => c.stationId === entry.id && !isOver(c))
    .sort((a, b) => a.aos.localeCompare(b.aos))
    .slice(0, SHOWN)
  return (
    <section class="card" aria-labelledby="next-contacts">
      <div class="card-head">
        <h2 id="next-contacts">{words.title}</h2>
        <a href={PAGES.contacts}>{words.all}</a>
      </div>
      {own.length === 0 ? (
        <p class="side-empty">
          {words.none} <a href={PAGES.campaigns}>{words.campaigns}</a> {words.sayWhich}
        </p>
      ) : (
        <ul class="contact-lines">
          {own.map((contact) => {
            const { label, tone } = contactStatus(contact.state)
            const aos = Date.parse(contact.aos)
            return (
              <li key={contact.id}>
                <a href={contactPath(contact.id)}>
                  <span class="name">
                    {contact.satelliteName} <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} />
                  </span>
                  <Pill tone={tone} label={label} />
                  <span class="number muted">
                    {utcMoment(aos, now)} · {degrees(contact.maxEl, 0)}
                  </span>
                  <span class="number muted">{countdown(aos, now)}</span>
                  {contact.dryRun !== null && (
                    <span class="muted">
                      {words.expected(`${fixed(contact.dryRun.onTarget * 100, 0)} %`)}
                    </span>
                  )}
                </a>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
