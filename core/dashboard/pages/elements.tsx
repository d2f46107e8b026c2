import { useState } from 'preact/hooks'
import { type SatelliteRecord, satellitesResponse } from '../../../shared/api/elements.js'
import { type ElementSource, elementSourcesResponse } from '../../../shared/api/sources.js'
import { useApp } from '../app/app-context.js'
import { satellitePath } from '../logic/route.js'
import { elementsAge, elementsAgeDays } from '../logic/staleness.js'
import { utcDate, utcMinute, utcMoment } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Empty } from '../parts/empty.js'
import { Search } from '../parts/field.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { Table } from '../parts/table.js'
import { useSettled } from '../parts/typed.js'
import { texts } from '../text/texts.js'
import { ElementsImport } from './elements-import.js'

const words = texts.elements
const SHOWN = 200

function SatelliteTable({ satellites }: { satellites: readonly SatelliteRecord[] }) {
  return (
    <Table heads={words.heads} kind="satellites">
      {satellites.map((s) => (
        <tr key={s.id} class="link">
          <td>
            <a class="row-link" href={satellitePath(s.id)}>
              {s.name}
            </a>
          </td>
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
  const { sources } = words
  if (look === null) return sources.notAsked
  const { askedAt, nextAt, result } = look
  const asked = askedAt === null ? sources.notAsked : sources.asked(utcMoment(Date.parse(askedAt), now))
  return sources.line(asked, result ?? '', utcMoment(Date.parse(nextAt), now))
}

function Sources() {
  const { api, clock } = useApp()
  const [sources, reload] = useResource('sources', () => api.get('elements/sources', elementSourcesResponse))
  return (
    <section class="card" aria-labelledby="sources">
      <div class="card-head">
        <h2 id="sources">{words.sources.title}</h2>
      </div>
      <div class="card-body">
        <Show of={sources} retry={() => void reload()}>
          {({ items }) =>
            items.length === 0 ? (
              <p class="muted">{words.sources.none}</p>
            ) : (
              <ul class="sources">
                {items.map((s) => (
                  <li key={s.id}>
                    <strong>
                      {s.kind} {s.target}
                    </strong>
                    {s.look?.outcome === 'refused' && <span class="badge bad">{words.sources.refused}</span>}
                    {s.look?.outcome === 'failed' && <span class="badge warn">{words.sources.failed}</span>}
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
  const [typed, setTyped] = useState(() => new URLSearchParams(location.search).get('search') ?? '')
  const asked = useSettled(typed)
  const [page, reload] = useResource(`satellites ${asked}`, () =>
    api.get('satellites', satellitesResponse, { search: asked, limit: SHOWN }),
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
      title={words.title}
      lead={words.lead}
      beside={
        <>
          {aged('old') > 0 && <span class="badge warn">{words.old(`${aged('old')}${orMore}`)}</span>}
          {aged('stale') > 0 && <span class="badge bad">{words.stale(`${aged('stale')}${orMore}`)}</span>}
        </>
      }
      actions={<Search label={words.search} value={typed} onInput={setTyped} />}
    >
      <div class={mayImport ? 'with-side' : ''}>
        <div>
          <Show of={page} retry={() => void reload()}>
            {({ items, nextCursor }) =>
              empty ? (
                <div class="card">
                  {asked === '' ? (
                    <Empty title={words.none.title} text={mayImport ? words.none.text : words.none.others} />
                  ) : (
                    <Empty title={words.noneFits(asked)} text={words.noneFitsText} />
                  )}
                </div>
              ) : (
                <>
                  <SatelliteTable satellites={items} />
                  {nextCursor !== null && <p class="after-list">{words.first(SHOWN)}</p>}
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
