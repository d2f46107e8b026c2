import { type SatelliteRecord, satellitesResponse } from '../../../shared/api/elements.js'
import { type ElementSource, elementSourcesResponse } from '../../../shared/api/sources.js'
import { useApp } from '../app/app-context.js'
import { elementsAge, elementsAgeDays } from '../logic/staleness.js'
import { utcDate, utcMinute, utcMoment } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Empty } from '../parts/empty.js'
import { Search } from '../parts/field.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { Table } from '../parts/table.js'
import { useTyped } from '../parts/typed.js'
import { ElementsImport } from './elements-import.js'

const SHOWN = 200

function SatelliteTable({ satellites }: { satellites: readonly SatelliteRecord[] }) {
  return (
    <Table heads={['Satellite', 'Age', 'Epoch, UTC', 'Source', 'Number']} kind="satellites">
      {satellites.map((s) => (
        <tr key={s.id}>
          <td>{s.name}</td>
          <td class="end-narrow">
            <ElementsBadge epoch={Date.parse(s.epoch)} omm={s.omm} />
          </td>
          <td class="number muted">
            {utcDate(Date.parse(s.epoch))} {utcMinute(Date.parse(s.epoch))}
          </td>
          <td class="muted only-wide">{s.source}</td>
          <td class="number end muted">{s.id}</td>
        </tr>
      ))}
    </Table>
  )
}

/** What the last look at a source brought, and when the next is. */
function lookText({ look }: ElementSource, now: number): string {
  if (look === null) return 'not asked yet'
  const asked = look.askedAt === null ? 'not asked yet' : `asked ${utcMoment(Date.parse(look.askedAt), now)}`
  const result = look.result === null ? '' : `: ${look.result}`
  return `${asked}${result}; next ${utcMoment(Date.parse(look.nextAt), now)}`
}

function Sources() {
  const { api, clock } = useApp()
  const [sources, reload] = useResource('sources', () => api.get('elements/sources', elementSourcesResponse))
  return (
    <section class="card" aria-labelledby="sources">
      <div class="card-head">
        <h2 id="sources">Sources</h2>
      </div>
      <div class="card-body">
        <Show of={sources} retry={() => void reload()}>
          {({ items }) =>
            items.length === 0 ? (
              <p class="muted">None is set up: elements come from files alone.</p>
            ) : (
              <ul class="sources">
                {items.map((s) => (
                  <li key={s.id}>
                    <strong>
                      {s.kind} {s.target}
                    </strong>
                    {s.look?.outcome === 'refused' && <span class="badge bad">refused</span>}
                    {s.look?.outcome === 'failed' && <span class="badge warn">failed</span>}
                    <span class="muted">{lookText(s, clock.second.value)}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Show>
      </div>
    </section>
  )
}

/** Where the satellites are said to be, how old that word is, and the means to renew it. */
export function Elements() {
  const { api, clock, session } = useApp()
  const [typed, setTyped, words] = useTyped()
  const [page, reload] = useResource(`satellites ${words}`, () =>
    api.get('satellites', satellitesResponse, { search: words, limit: SHOWN }),
  )
  const now = clock.second.value
  const aged = (level: 'old' | 'stale') =>
    page.kind === 'ready'
      ? page.value.items.filter(
          (s) => elementsAge(elementsAgeDays(Date.parse(s.epoch), now), s.omm) === level,
        ).length
      : 0
  // Counted among those that are shown: where there are others, there may be more.
  const orMore = page.kind === 'ready' && page.value.nextCursor !== null ? '+' : ''
  const mayImport = session.can('manage_global_settings')
  const empty = page.kind === 'ready' && page.value.items.length === 0
  return (
    <Page
      title="Elements"
      lead="Element sets say where satellites are; each day makes them a little less true. Beyond 3 days they are old, beyond 14 stale."
      beside={
        <>
          {aged('old') > 0 && <span class="badge warn">{`${aged('old')}${orMore} old`}</span>}
          {aged('stale') > 0 && <span class="badge bad">{`${aged('stale')}${orMore} stale`}</span>}
        </>
      }
      actions={<Search label="Search satellite" value={typed} onInput={setTyped} />}
    >
      <div class={mayImport ? 'with-side' : ''}>
        <div>
          <Show of={page} retry={() => void reload()}>
            {({ items, nextCursor }) =>
              empty ? (
                <div class="card">
                  {words === '' ? (
                    <Empty
                      title="No elements yet"
                      text={
                        mayImport
                          ? 'Choose a file of elements beside this list.'
                          : 'Somebody who may change global settings has to import them.'
                      }
                    />
                  ) : (
                    <Empty
                      title={`No satellite fits «${words}»`}
                      text="Search by name or by catalogue number."
                    />
                  )}
                </div>
              ) : (
                <>
                  <SatelliteTable satellites={items} />
                  {nextCursor !== null && (
                    <p class="after-list">The first {SHOWN} are shown. Search to find the others.</p>
                  )}
                </>
              )
            }
          </Show>
        </div>
        {mayImport && (
          <div class="column">
            <ElementsImport onImported={() => void reload()} />
            <Sources />
          </div>
        )}
      </div>
    </Page>
  )
}
