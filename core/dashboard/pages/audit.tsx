import { useEffect, useState } from 'preact/hooks'
import { type AuditEvent, auditResponse } from '../../../shared/api/audit.js'
import { useApp, useFleet } from '../app/app-context.js'
import { actorText, shortId } from '../logic/actor-text.js'
import {
  type AuditFilter,
  auditQueryOf,
  filterFrom,
  filterSearch,
  isFiltered,
} from '../logic/audit-filter.js'
import { detailText, outcomeTone } from '../logic/audit-text.js'
import { utcDay, utcTime } from '../logic/time-text.js'
import { Empty } from '../parts/empty.js'
import { Pill } from '../parts/glyph.js'
import { Page } from '../parts/page.js'
import { More, usePaged } from '../parts/paged.js'
import { Show } from '../parts/resource.js'
import { Table } from '../parts/table.js'
import { useSettled } from '../parts/typed.js'
import { texts } from '../text/texts.js'
import { AuditFilters } from './audit-filters.js'

const words = texts.audit
const LIMIT = 50

type OnFilter = (part: Partial<AuditFilter>) => void

interface PartProps {
  readonly event: AuditEvent
  readonly onFilter: OnFilter
}

/** A press lists what else was done by, or to, the same. */
const AsFilter = ({ label, onPress }: { label: string; onPress: () => void }) => (
  <button type="button" class="as-filter" title={words.only(label)} onClick={onPress}>
    {label}
  </button>
)

function Target({ event: { targetKind, targetId }, onFilter }: PartProps) {
  const { bus } = useFleet()
  if (targetId === null) return null
  const station = targetKind === 'station' ? bus.stations.find(targetId) : undefined
  const label = station?.record.value.name ?? shortId(targetId)
  return (
    <>
      <span class="muted">{targetKind} </span>
      <AsFilter label={label} onPress={() => onFilter({ target: targetId })} />
    </>
  )
}

function Row({ event, onFilter }: PartProps) {
  const { session } = useApp()
  const { bus } = useFleet()
  const known = {
    me: session.me.value?.id ?? '',
    nameOf: (id: string) => bus.stations.find(id)?.record.value.name,
  }
  const at = Date.parse(event.at)
  const { outcome, actorId } = event
  return (
    <tr>
      <td class="number">
        <time dateTime={event.at}>
          <span class="muted">{utcDay(at)}</span> {utcTime(at)}
        </time>
      </td>
      <td class="end-narrow">
        <strong>{event.action}</strong>
      </td>
      <td>
        <Pill tone={outcomeTone(outcome)} label={words.outcomes[outcome]} />
      </td>
      <td class="end-narrow">
        <span class="muted">{words.actorTexts[event.actorKind]} </span>
        <AsFilter label={actorText(actorId, known)} onPress={() => onFilter({ actor: actorId })} />
      </td>
      <td class="full">
        <Target event={event} onFilter={onFilter} />
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
  const { api, clock, router } = useApp()
  const { org } = useFleet()
  const [filter, setFilter] = useState<AuditFilter>(() => filterFrom(router.search.peek()))
  const settled = { ...filter, search: useSettled(filter.search) }
  const search = filterSearch(settled)
  useEffect(() => history.replaceState(null, '', location.pathname + search), [search])
  const query = auditQueryOf(settled, clock.second.peek())
  const { shown, more, reload } = usePaged(`audit ${org} ${search}`, (cursor) =>
    api.get(`orgs/${org}/audit`, auditResponse, { ...query, cursor, limit: LIMIT }),
  )
  const file = `/api/v1/orgs/${org}/audit.csv?${new URLSearchParams(query)}`
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <a class="button" href={file} download>
          {words.export}
        </a>
      }
    >
      <AuditFilters filter={filter} onChange={setFilter} />
      <Show of={shown} retry={() => void reload()}>
        {({ items, hasMore }) =>
          items.length === 0 ? (
            <div class="card">
              <Empty
                title={words.nothing}
                text={isFiltered(settled) ? words.nothingLike : words.nothingYet}
              />
            </div>
          ) : (
            <>
              <Table
                heads={[words.when, words.act, words.outcome, words.by, words.to, words.detail]}
                kind="audit"
              >
                {items.map((event) => (
                  <Row
                    key={event.id}
                    event={event}
                    onFilter={(part) => setFilter((current) => ({ ...current, ...part }))}
                  />
                ))}
              </Table>
              {hasMore && <More label={words.older} onMore={more} />}
            </>
          )
        }
      </Show>
    </Page>
  )
}
