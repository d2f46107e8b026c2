import { useState } from 'preact/hooks'
import { type Contact, contactsResponse } from '../../../shared/api/contacts.js'
import { DAY, HOUR } from '../../../shared/time.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, isOver } from '../logic/contact-status.js'
import { degrees } from '../logic/number-text.js'
import { contactPath, PAGES, stationPath } from '../logic/route.js'
import { countdown, duration, utcDay, utcTime } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { Search } from '../parts/field.js'
import { Pill } from '../parts/glyph.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { Table } from '../parts/table.js'
import { Timeline } from '../parts/timeline.js'

const PAST_MS = 1 * DAY
const AHEAD_MS = 6 * HOUR

function Row({ contact }: { contact: Contact }) {
  const now = useApp().clock.second.value
  const { label, tone } = contactStatus(contact.state)
  const aos = Date.parse(contact.aos)
  const over = isOver(contact)
  return (
    <tr class="link">
      <td>
        <a class="row-link" href={contactPath(contact.id)}>
          {contact.satelliteName}
        </a>
        <span class="sub">
          <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} named />
        </span>
      </td>
      <td class="end-narrow">
        <Pill tone={tone} label={label} />
      </td>
      <td>
        <a href={stationPath(contact.stationId)}>{contact.stationName}</a>
      </td>
      <td class="number end-narrow">
        {utcDay(aos)} {utcTime(aos)}
      </td>
      <td class="number muted">{over ? '' : countdown(aos, now)}</td>
      <td class="number end-narrow muted">
        {degrees(contact.maxEl, 0)} · {duration((Date.parse(contact.los) - aos) / 1000)}
      </td>
      <td class="number end only-wide">
        {contact.onTargetS === null ? (
          <span class="muted">{contact.priority}</span>
        ) : (
          duration(contact.onTargetS)
        )}
      </td>
    </tr>
  )
}

function ContactTable({ contacts, last }: { contacts: readonly Contact[]; last: string }) {
  return (
    <Table
      heads={['Satellite', 'State', 'Station', 'AOS, UTC', 'Countdown', 'Highest, length', last]}
      kind="contact-table"
    >
      {contacts.map((contact) => (
        <Row key={contact.id} contact={contact} />
      ))}
    </Table>
  )
}

const matches = (words: string) => (contact: Contact) =>
  `${contact.satelliteName} ${contact.stationName} ${contact.satelliteId}`
    .toLowerCase()
    .includes(words.trim().toLowerCase())

function Coming({ words }: { words: string }) {
  const { bus } = useFleet()
  const loading = bus.contacts.loading.value
  if (loading.kind === 'loading') return <Loading />
  if (loading.kind === 'failed')
    return <FailureNote failure={loading.failure} retry={() => void bus.reload()} />
  const all = [...bus.contacts.all.value.values()].filter((c) => !isOver(c))
  const found = all.filter(matches(words)).sort((a, b) => a.aos.localeCompare(b.aos))
  if (all.length === 0)
    return (
      <div class="card">
        <Empty
          title="Nothing is booked"
          text="The director books contacts for the satellites of your campaigns, a day ahead."
          next={
            <a class="button" href={PAGES.campaigns}>
              Go to the campaigns
            </a>
          }
        />
      </div>
    )
  return (
    <>
      <div class="card contact-timeline">
        <Timeline hours={6} />
      </div>
      <ContactTable contacts={found} last="Priority" />
    </>
  )
}

function Past({ words }: { words: string }) {
  const { api, clock } = useApp()
  const { org } = useFleet()
  const [past, reload] = useResource('past', async () => {
    const now = clock.now()
    const contacts = await allPages(api, `orgs/${org}/contacts`, contactsResponse, {
      from: new Date(now - PAST_MS).toISOString(),
      // A contact that was stopped or called off before its AOS has ended, too.
      to: new Date(now + AHEAD_MS).toISOString(),
    })
    return contacts.filter(isOver).sort((a, b) => b.aos.localeCompare(a.aos))
  })
  return (
    <Show of={past} retry={() => void reload()}>
      {(contacts) =>
        contacts.length === 0 ? (
          <div class="card">
            <Empty
              title="No contact ended in the last 24 hours"
              text="What ends from now on is listed here."
            />
          </div>
        ) : (
          <ContactTable contacts={contacts.filter(matches(words))} last="On target" />
        )
      }
    </Show>
  )
}

/** The same for spreadsheets and calendars; a calendar program that subscribes needs an API token of its own. */
function Exports() {
  const { org } = useFleet()
  return (
    <p class="muted">
      For other programs:{' '}
      <a href={`/api/v1/orgs/${org}/calendar.ics`} download>
        calendar (ICS)
      </a>
      ,{' '}
      <a href={`/api/v1/orgs/${org}/contacts.csv`} download>
        contacts
      </a>{' '}
      and{' '}
      <a href={`/api/v1/orgs/${org}/schedule.csv`} download>
        schedule (CSV)
      </a>
    </p>
  )
}

/** What is booked, and how the last days went. */
export function ContactsPage() {
  const [past, setPast] = useState(false)
  const [words, setWords] = useState('')
  return (
    <Page
      title="Contacts"
      beside={
        <fieldset class="segmented" aria-label="Which contacts">
          <button type="button" aria-pressed={!past} onClick={() => setPast(false)}>
            Coming
          </button>
          <button type="button" aria-pressed={past} onClick={() => setPast(true)}>
            Past
          </button>
        </fieldset>
      }
      actions={<Search label="Search satellite or station" value={words} onInput={setWords} />}
    >
      {past ? <Past words={words} /> : <Coming words={words} />}
      <Exports />
    </Page>
  )
}
