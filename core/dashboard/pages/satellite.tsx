import { campaignsResponse } from '../../../shared/api/campaigns.js'
import {
  elementHistoryResponse,
  type SatelliteRecord,
  satelliteSchema,
} from '../../../shared/api/elements.js'
import { passesResponse } from '../../../shared/api/passes.js'
import { transmittersResponse } from '../../../shared/api/transmitters.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { degrees, fixed } from '../logic/number-text.js'
import { orbitFacts } from '../logic/orbit-facts.js'
import { PAGES, passesPath, satellitePath } from '../logic/route.js'
import { ago, utcDate, utcMinute } from '../logic/time-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { Page, useTitle } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { PassTable } from './pass-table.js'
import { ElementSets } from './satellite-history.js'
import { Transmitters } from './satellite-transmitters.js'

const words = texts.satellite
/** Enough to see the pattern; the page of passes has all. */
const PASSES = 12

function Next({ id }: { id: string }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [passes, reload] = useResource(`passes of ${id}`, () =>
    api.get(`orgs/${org}/passes`, passesResponse, { satellite: id }),
  )
  return (
    <section aria-labelledby="next-passes">
      <h2 id="next-passes" class="section-head">
        {words.next} <a href={passesPath(id)}>{words.allPasses}</a>
      </h2>
      <Show of={passes} retry={() => void reload()}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="muted">{words.nextNone}</p>
          ) : (
            <PassTable passes={items.slice(0, PASSES)} />
          )
        }
      </Show>
    </section>
  )
}

function Facts({ record }: { record: SatelliteRecord }) {
  const { clock } = useApp()
  const { periodMin, perigeeKm, apogeeKm } = orbitFacts(record.omm)
  const epoch = Date.parse(record.epoch)
  return (
    <section class="card" aria-labelledby="orbit">
      <div class="card-head">
        <h2 id="orbit">{words.facts}</h2>
      </div>
      <div class="card-body">
        <dl class="facts">
          <dt>{words.number}</dt>
          <dd class="number">{record.id}</dd>
          <dt>{words.period}</dt>
          <dd class="number">{words.minutes(fixed(periodMin, 1))}</dd>
          <dt>{words.height}</dt>
          <dd class="number">{words.kilometres(fixed(perigeeKm, 0), fixed(apogeeKm, 0))}</dd>
          <dt>{words.inclination}</dt>
          <dd class="number">{degrees(record.omm.INCLINATION, 1)}</dd>
          <dt>{words.epoch}</dt>
          <dd class="number">
            {utcDate(epoch)} {utcMinute(epoch)}
          </dd>
          <dt>{words.source}</dt>
          <dd>{record.source}</dd>
          <dt>{words.received}</dt>
          <dd>{ago(clock.now() - Date.parse(record.receivedAt))}</dd>
        </dl>
      </div>
    </section>
  )
}

function WantedBy({ id }: { id: string }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [campaigns, reload] = useResource(`campaigns of ${id}`, async () =>
    (await allPages(api, `orgs/${org}/campaigns`, campaignsResponse))
      .filter((c) => c.satellites.includes(id))
      .sort((a, b) => b.priority - a.priority),
  )
  return (
    <section class="card" aria-labelledby="wanted-by">
      <div class="card-head">
        <h2 id="wanted-by">{words.campaigns}</h2>
      </div>
      <div class="card-body">
        <Show of={campaigns} retry={() => void reload()}>
          {(items) =>
            items.length === 0 ? (
              <p class="muted">{words.campaignsNone}</p>
            ) : (
              <ul class="windows">
                {items.map((c) => (
                  <li key={c.id}>
                    <a href={PAGES.campaigns}>{c.name}</a>
                    <span class="muted">
                      {words.priority(c.priority)} {!c.enabled && <span class="badge">{words.paused}</span>}
                    </span>
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

function Known({ record }: { record: SatelliteRecord }) {
  const { api } = useApp()
  const [radio, reloadRadio] = useResource(`transmitters ${record.id}`, () =>
    api.get(`satellites/${record.id}/transmitters`, transmittersResponse),
  )
  const [history, reloadHistory] = useResource(`history ${record.id}`, () =>
    api.get(`satellites/${record.id}/elements`, elementHistoryResponse),
  )
  const life = radio.kind === 'ready' ? radio.value.catalogue?.life : undefined
  return (
    <Page
      title={record.name}
      crumb={{ label: texts.frame.destinations.elements, path: PAGES.elements }}
      beside={
        <>
          <ElementsBadge epoch={Date.parse(record.epoch)} omm={record.omm} named />
          {life !== undefined && (
            <span class={life === 'alive' ? 'badge good' : 'badge bad'}>{words.life[life]}</span>
          )}
        </>
      }
    >
      <div class="with-side">
        <div class="column">
          <Next id={record.id} />
          <section aria-labelledby="transmitters">
            <h2 id="transmitters" class="section-head">
              {words.transmitters}
            </h2>
            <Show of={radio} retry={() => void reloadRadio()}>
              {({ items }) => <Transmitters transmitters={items} />}
            </Show>
          </section>
          <section aria-labelledby="element-sets">
            <h2 id="element-sets" class="section-head">
              {words.history}
            </h2>
            <Show of={history} retry={() => void reloadHistory()}>
              {({ items }) => <ElementSets sets={items} />}
            </Show>
          </section>
        </div>
        <div class="column">
          <Facts record={record} />
          <WantedBy id={record.id} />
        </div>
      </div>
    </Page>
  )
}

/** All that is known of one satellite. */
export function SatellitePage({ id }: { id: string }) {
  const { api } = useApp()
  useTitle(id)
  const [resource, reload] = useResource(satellitePath(id), () =>
    api.get(`satellites/${id}`, satelliteSchema),
  )
  if (resource.kind === 'loading') return <Loading />
  if (resource.kind === 'ready') return <Known record={resource.value} />
  if (resource.failure.code !== 'not_found')
    return <FailureNote failure={resource.failure} retry={() => void reload()} />
  return (
    <Empty
      title={words.none.title}
      text={resource.failure.detail}
      next={
        <a class="button" href={PAGES.elements}>
          {words.none.next}
        </a>
      }
    />
  )
}
