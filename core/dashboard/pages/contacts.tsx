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
import { texts } from '../text/texts.js'
import { PlanningTabs } from './planning-tabs.js'

const words = texts.contacts

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

/** Each row counts down by itself: more of them are found by a search. */
const SHOWN = 200

function ContactTable({
  contacts,
  last,
  search,
}: {
  contacts: readonly Contact[]
  last: string
  search: string
}) {
  if (contacts.length === 0)
    return (
      <div class="card">
        <Empty title={words.noneFits(search.trim())} text="" />
      </div>
    )
  return (
    <>
      <Table heads={[...words.heads, last]} kind="contact-table">
        {contacts.slice(0, SHOWN).map((contact) => (
          <Row key={contact.id} contact={contact} />
        ))}
      </Table>
      {contacts.length > SHOWN && <p class="after-list">{words.first(SHOWN, contacts.length)}</p>}
    </>
  )
}

const matches = (search: string) => (contact: Contact) =>
  `${contact.satelliteName} ${contact.stationName} ${contact.satelliteId}`
    .toLowerCase()
    .includes(search.trim().toLowerCase())

function Coming({ search }: { search: string }) {
  const { bus } = useFleet()
  const loading = bus.contacts.loading.value
  if (loading.kind === 'loading') return <Loading />
  if (loading.kind === 'failed')
    return <FailureNote failure={loading.failure} retry={() => void bus.reload()} />
  const all = [...bus.contacts.all.value.values()].filter((c) => !isOver(c))
  const found = all.filter(matches(search)).sort((a, b) => a.aos.localeCompare(b.aos))
  if (all.length === 0)
    return (
      <div class="card">
        <Empty
          title={words.none.title}
          text={words.none.text}
          next={
            <a class="button" href={PAGES.campaigns}>
              {words.none.next}
            </a>
          }
        />
      </div>
    )
  return <ContactTable contacts={found} last={words.priority} search={search} />
}

function Past({ search }: { search: string }) {
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
            <Empty title={words.nonePast.title} text={words.nonePast.text} />
          </div>
        ) : (
          <ContactTable contacts={contacts.filter(matches(search))} last={words.onTarget} search={search} />
        )
      }
    </Show>
  )
}

/** The same for spreadsheets and calendars. */
function Exports() {
  const { org } = useFleet()
  return (
    <p class="after-list">
      {words.files}{' '}
      <a href={`/api/v1/orgs/${org}/contacts.csv`} download>
        {words.csv}
      </a>
      {' · '}
      <a href={`/api/v1/orgs/${org}/calendar.ics`} download>
        {words.ics}
      </a>
      {' · '}
      <a href={PAGES.schedule}>{words.howToSubscribe}</a>
    </p>
  )
}

/** What is booked, and how the last days went. */
export function ContactsPage() {
  const [past, setPast] = useState(false)
  const [search, setSearch] = useState('')
  return (
    <Page
      title={words.title}
      beside={<PlanningTabs />}
      actions={
        <>
          <fieldset class="segmented" aria-label={words.which}>
            <button type="button" aria-pressed={!past} onClick={() => setPast(false)}>
              {words.coming}
            </button>
            <button type="button" aria-pressed={past} onClick={() => setPast(true)}>
              {words.past}
            </button>
          </fieldset>
          <Search label={words.search} value={search} onInput={setSearch} />
        </>
      }
    >
      {past ? <Past search={search} /> : <Coming search={search} />}
      <Exports />
    </Page>
  )
}
