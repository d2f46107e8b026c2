import { useState } from 'preact/hooks'
import { AUDIT_ACTIONS, type AuditEvent, auditResponse } from '../../../shared/api/audit.js'
import { useApp, useFleet } from '../app/app-context.js'
import { actorText, shortId } from '../logic/actor-text.js'
import { detailText, outcomeStatus } from '../logic/audit-text.js'
import { stationPath } from '../logic/route.js'
import { utcDay, utcTime } from '../logic/time-text.js'
import { Empty } from '../parts/empty.js'
import { Pill } from '../parts/glyph.js'
import { Page } from '../parts/page.js'
import { More, usePaged } from '../parts/paged.js'
import { Show } from '../parts/resource.js'
import { Table } from '../parts/table.js'

const LIMIT = 50

function Target({ event }: { event: AuditEvent }) {
  const { bus } = useFleet()
  const { targetKind, targetId } = event
  if (targetId === null) return null
  const station = targetKind === 'station' ? bus.stations.find(targetId) : undefined
  if (station !== undefined) return <a href={stationPath(targetId)}>{station.record.value.name}</a>
  return (
    <>
      {targetKind} <span class="mono muted">{shortId(targetId)}</span>
    </>
  )
}

function Row({ event }: { event: AuditEvent }) {
  const { session } = useApp()
  const { bus } = useFleet()
  const known = {
    me: session.me.value?.id ?? '',
    nameOf: (id: string) => bus.stations.find(id)?.record.value.name,
  }
  const at = Date.parse(event.at)
  const { label, tone } = outcomeStatus(event.outcome)
  return (
    <tr>
      <td class="number">
        <span class="muted">{utcDay(at)}</span> {utcTime(at)}
      </td>
      <td class="end-narrow">
        <strong>{event.action}</strong>
      </td>
      <td>
        <Pill tone={tone} label={label} />
      </td>
      <td class="end-narrow">
        {event.actorKind} <span class="muted">{actorText(event.actorId, known)}</span>
      </td>
      <td class="full">
        <Target event={event} />
      </td>
      <td class="full detail muted">
        {detailText(event.detail)}
        {event.address !== null && <span class="mono"> {event.address}</span>}
      </td>
    </tr>
  )
}

/** Who did what, to what, from where (H7); only ever added to. */
export function Audit() {
  const { api } = useApp()
  const { org } = useFleet()
  const [action, setAction] = useState('')
  const { shown, more, reload } = usePaged(`audit ${org} ${action}`, (cursor) =>
    api.get(`orgs/${org}/audit`, auditResponse, { action, cursor, limit: LIMIT }),
  )
  return (
    <Page
      title="Audit"
      lead="What people, stations and programs did here, and what they were refused. Nobody can change it."
      actions={
        <select
          class="input"
          aria-label="Which acts"
          value={action}
          onChange={(event) => setAction(event.currentTarget.value)}
        >
          <option value="">All acts</option>
          {AUDIT_ACTIONS.map((a) => (
            <option key={a} value={a}>
              {a}
            </option>
          ))}
        </select>
      }
    >
      <Show of={shown} retry={() => void reload()}>
        {({ items, hasMore }) =>
          items.length === 0 ? (
            <div class="card">
              <Empty
                title="Nothing here"
                text={action === '' ? 'Nothing has happened yet.' : `No act «${action}» has happened.`}
              />
            </div>
          ) : (
            <>
              <Table heads={['When, UTC', 'Act', 'Outcome', 'By', 'To', 'Detail']} kind="audit">
                {items.map((event) => (
                  <Row key={event.id} event={event} />
                ))}
              </Table>
              {hasMore && <More label="Show older ones" onMore={more} />}
            </>
          )
        }
      </Show>
    </Page>
  )
}
