import { type Forbidden, forbiddenResponse } from '../../../shared/api/schedule.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { utcMoment } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Show, useResource } from '../parts/resource.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'

const words = texts.schedule.forbid

function Row({ item, name, onAllowed }: { item: Forbidden; name: string; onAllowed: () => void }) {
  const { api, clock, session } = useApp()
  const { org, bus } = useFleet()
  const act = useAct()
  const now = clock.now()
  const station = bus.stations.find(item.stationId)?.record.value.name ?? item.stationId
  const allow = async () => {
    if (await act.run(() => api.delete(`orgs/${org}/schedule/forbidden/${item.id}`))) onAllowed()
  }
  return (
    <li>
      <div class="what">
        {words.row(name, station)}
        <span class="sub">
          {words.until(utcMoment(Date.parse(item.from), now), utcMoment(Date.parse(item.to), now))}
        </span>
        <span class="sub">{item.reason}</span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      {session.can('manage_passes') && (
        <button type="button" class="button small" disabled={act.busy} onClick={() => void allow()}>
          {words.allow}
        </button>
      )}
    </li>
  )
}

interface Props {
  /** Only what touches this. */
  readonly of?: { readonly stationId: string; readonly satelliteId: string }
  /** Another one loads the list anew. */
  readonly version: number
  readonly onAllowed: () => void
}

/** What people have forbidden, as long as it is not over. */
export function ForbiddenList({ of, version, onAllowed }: Props) {
  const { api } = useApp()
  const { org } = useFleet()
  const [list, reload] = useResource(`forbidden ${org} ${version}`, async () =>
    (await allPages(api, `orgs/${org}/schedule/forbidden`, forbiddenResponse)).filter(
      (f) => of === undefined || (f.stationId === of.stationId && f.satelliteId === of.satelliteId),
    ),
  )
  const nameOf = useSatelliteNames(list.kind === 'ready' ? list.value.map((f) => f.satelliteId) : [])
  return (
    <Show of={list} retry={() => void reload()}>
      {(items) =>
        items.length === 0 ? (
          <p class="muted">{words.listNone}</p>
        ) : (
          <ul class="windows">
            {items.map((item) => (
              <Row
                key={item.id}
                item={item}
                name={nameOf(item.satelliteId)}
                onAllowed={() => {
                  void reload()
                  onAllowed()
                }}
              />
            ))}
          </ul>
        )
      }
    </Show>
  )
}
