import { useComputed, useSignalEffect } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import { useApp, useFleet } from '../app/app-context.js'
import { upcoming } from '../logic/contact-status.js'
import { PAGES } from '../logic/route.js'
import { linkOf } from '../logic/station-live.js'
import { WorldMap } from '../map/world-map.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { useTitle } from '../parts/page.js'
import { Timeline } from '../parts/timeline.js'
import { AttentionList, needingAttention } from './fleet-attention.js'
import { NowAndNext } from './fleet-now.js'
import { makeScene } from './fleet-scene.js'
import { FleetStations } from './fleet-stations.js'

/** As many contacts to come as the map and the lists show. */
const NEXT = 6

function Summary() {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const list = bus.stations.list.value
  const online = list.filter((s) => linkOf(s.live.value) === 'online').length
  const attention = needingAttention(list, bus.contacts.all.value.values(), bus.hearing(now)).length
  const tracking = bus.contacts.running.value.filter((c) => c.state === 'tracking').length
  return (
    <dl class="summary">
      <div>
        <dd class="number">
          {online}
          <span class="muted"> / {list.length}</span>
        </dd>
        <dt>online</dt>
      </div>
      <div>
        <dd class="number">{tracking}</dd>
        <dt>tracking</dt>
      </div>
      <div class={attention > 0 ? 'tone-warn' : ''}>
        <dd class="number">{attention}</dd>
        <dt>need attention</dt>
      </div>
    </dl>
  )
}

function NoStations() {
  const { session } = useApp()
  return session.can('manage_enrollment_tokens') ? (
    <Empty
      title="No stations yet"
      text="A station joins in under a minute: issue a token here, run one line beside the antenna."
      next={
        <a class="button primary" href={PAGES.enroll}>
          Enroll the first station
        </a>
      }
    />
  ) : (
    <Empty title="No stations yet" text="Somebody who may enroll stations has to add the first one." />
  )
}

/** The whole fleet at a glance; meant to stay open all day. */
export function FleetPage() {
  const { clock, satellites } = useApp()
  const { bus } = useFleet()
  useTitle('Talos')
  const next = useComputed(() => upcoming(bus.contacts.all.value.values(), clock.second.value).slice(0, NEXT))
  const shown = useComputed(() => [...bus.contacts.running.value, ...next.value])
  useSignalEffect(() => {
    void satellites.want(shown.value)
  })
  const scene = useCallback(
    () => makeScene(bus, shown.value, satellites, clock.second.value),
    [bus, shown, satellites, clock],
  )
  const { kind } = bus.stations.loading.value
  const failure = bus.stations.loading.value.kind === 'failed' ? bus.stations.loading.value.failure : null
  const hasStations = bus.stations.list.value.length > 0
  return (
    <div class="fleet">
      <h1 class="visually-hidden">Fleet</h1>
      <section class="fleet-map" aria-label="Map">
        <WorldMap
          scene={scene}
          label={`World map with ${bus.stations.list.value.length} stations and ${bus.contacts.running.value.length} running contacts; the lists on this page hold the same.`}
        />
        {hasStations && <Summary />}
      </section>
      <div class="fleet-side">
        {kind === 'loading' && <Loading />}
        {failure !== null && <FailureNote failure={failure} retry={() => void bus.reload()} />}
        {kind === 'ready' && !hasStations && <NoStations />}
        {hasStations && (
          <>
            <AttentionList />
            <NowAndNext next={next.value} />
            <FleetStations />
          </>
        )}
      </div>
      <section class="fleet-timeline" aria-label="Timeline of the next two hours">
        <Timeline hours={2} />
      </section>
    </div>
  )
}
