import type { z } from 'zod'
import type { contactEventSchema } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import { actorText } from '../logic/actor-text.js'
import { contactStatus } from '../logic/contact-status.js'
import { codeTitle } from '../logic/failure-text.js'
import { utcMoment } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'
import { texts } from '../text/texts.js'

type Event = z.infer<typeof contactEventSchema>

/** Each change of state with its cause and who or what made it, the newest first. */
export function ContactEvents({ events }: { events: readonly Event[] }) {
  const { clock, session } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const known = {
    me: session.me.value?.id ?? '',
    nameOf: (id: string) => bus.stations.find(id)?.record.value.name,
  }
  const newest = [...events].reverse()
  return (
    <section class="card" aria-labelledby="events">
      <div class="card-head">
        <h2 id="events">{texts.contact.history}</h2>
      </div>
      <ol class="events">
        {newest.map(({ at, to, cause, actor }) => {
          const { label, tone } = contactStatus(to)
          return (
            <li key={`${at} ${to}`}>
              <Pill tone={tone} label={label} />
              <time class="muted" dateTime={at}>
                {utcMoment(Date.parse(at), now)}
              </time>
              <span class="cause">
                {codeTitle(cause)} <span class="muted">{texts.contact.by(actorText(actor, known))}</span>
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
