import { calendarLink } from '../../../shared/api/exports.js'
import { useApp, useFleet } from '../app/app-context.js'
import { PAGES } from '../logic/route.js'
import { CopyButton } from '../parts/copy-button.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.schedule.calendar

/** How the contacts come into a calendar, and what can be had as a file. */
export function CalendarCard() {
  const { api } = useApp()
  const { org } = useFleet()
  const [link, reload] = useResource(`calendar ${org}`, () => api.get(`orgs/${org}/calendar`, calendarLink))
  return (
    <section class="card" aria-labelledby="calendar">
      <div class="card-head">
        <h2 id="calendar">{words.title}</h2>
      </div>
      <div class="card-body calendar">
        <p>{words.lead}</p>
        <Show of={link} retry={() => void reload()}>
          {({ url }) => (
            <div class="copy-line">
              <code class="command">{url}</code>
              <CopyButton text={url} label={words.copy} kind="small" />
            </div>
          )}
        </Show>
        <ol>
          <li>
            {words.stepToken} <a href={`${PAGES['api-tokens']}?make`}>{words.stepTokenLink}</a>
          </li>
          <li>{words.stepSubscribe}</li>
        </ol>
        <p class="muted">{words.google}</p>
        <p>
          <a href={`/api/v1/orgs/${org}/calendar.ics`} download>
            {words.file}
          </a>
          {' · '}
          <a href={`/api/v1/orgs/${org}/schedule.csv`} download>
            {words.table}
          </a>
        </p>
      </div>
    </section>
  )
}
