import type { z } from 'zod'
import type { contactEventSchema } from '../../../shared/api/planning.js'
import { useApp } from '../app/app-context.js'
import { contactStatus } from '../logic/contact-status.js'
import { codeTitle } from '../logic/failure-text.js'
import { utcMoment } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'

type Event = z.infer<typeof contactEventSchema>

/** Each change of state with its cause and who or what made it, the newest first. */
export function ContactEvents({ events }: { events: readonly Event[] }) {
  const now = useApp().clock.second.value
  const newest = [...events].reverse()
  return (
    <section class="card" aria-labelledby="events">
      <div class="card-head">
        <h2 id="events">History</h2>
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
                {codeTitle(cause)} <span class="muted">by {actor}</span>
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
