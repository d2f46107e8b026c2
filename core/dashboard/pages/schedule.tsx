import { useState } from 'preact/hooks'
import type { Contact } from '../../../shared/api/contacts.js'
import { type Refusal, scheduleResponse } from '../../../shared/api/schedule.js'
import { MINUTE } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { PAGES } from '../logic/route.js'
import { lanesOf, lastShift, spanAt, ZOOMS, type Zoom } from '../logic/timeline.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { useEvery } from '../parts/every.js'
import { Search } from '../parts/field.js'
import { useMinute } from '../parts/minute.js'
import { Page } from '../parts/page.js'
import { usePaged } from '../parts/paged.js'
import { useResource } from '../parts/resource.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'
import { CalendarCard } from './calendar-card.js'
import { ContactWhy } from './contact-why.js'
import { ForbiddenList } from './forbidden-list.js'
import { MaintenanceDialog } from './maintenance-dialog.js'
import { PlanningTabs } from './planning-tabs.js'
import { RefusalWhy } from './refusal-why.js'
import { RefusedTable } from './schedule-refused.js'
import { ScheduleSummary } from './schedule-summary.js'
import { ScheduleTimeline } from './schedule-timeline.js'
import { type Look, TimelineBar } from './timeline-bar.js'

const words = texts.schedule
const REFUSED_PAGE = 200
/** The director makes one each minute at most when things change. */
const RELOAD_MS = 1 * MINUTE

type Open =
  | { readonly kind: 'contact'; readonly contact: Contact }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'maintenance'; readonly stationId: string }
  | null

const initialZoom: Zoom = ZOOMS[1]

function NoStations() {
  const { session } = useApp()
  return (
    <div class="card">
      <Empty
        title={words.noStations.title}
        text={words.noStations.text}
        next={
          session.can('manage_enrollment_tokens') ? (
            <a class="button primary" href={PAGES.enroll}>
              {words.noStations.next}
            </a>
          ) : undefined
        }
      />
    </div>
  )
}

function Dialogs({ open, onOpen, onDone }: { open: Open; onOpen: (next: Open) => void; onDone: () => void }) {
  const close = () => onOpen(null)
  switch (open?.kind) {
    case 'contact':
      return <ContactWhy key={open.contact.id} contact={open.contact} onClose={close} onDone={onDone} />
    case 'refusal':
      return (
        <RefusalWhy
          refusal={open.refusal}
          onClose={close}
          onDone={onDone}
          onMaintenance={(stationId) => onOpen({ kind: 'maintenance', stationId })}
        />
      )
    case 'maintenance':
      return <MaintenanceDialog stationId={open.stationId} onClose={close} />
    default:
      return null
  }
}

/** What the antennas do when, why, and how good that is. */
export function SchedulePage() {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [look, setLook] = useState<Look>({ zoom: initialZoom, shift: 0, refused: true, night: false })
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<Open>(null)
  const [version, setVersion] = useState(0)
  const path = `orgs/${org}/schedule`
  const [summary, reload] = useResource(`schedule ${org}`, () =>
    api.get(path, scheduleResponse, { limit: 1 }),
  )
  const refusals = usePaged(`refused ${org}`, async (cursor) => {
    const page = await api.get(path, scheduleResponse, { limit: REFUSED_PAGE, cursor })
    return { items: page.refused, nextCursor: page.nextCursor }
  })
  const changed = async () => {
    setVersion((v) => v + 1)
    await Promise.all([reload(), refusals.reload(), bus.reload()])
  }
  useEvery(RELOAD_MS, () => Promise.all([reload(), refusals.reload()]))
  const refused = refusals.shown.kind === 'ready' ? refusals.shown.value.items : []
  const nameOf = useSatelliteNames(refused.map((r) => r.satelliteId))
  const span = spanAt(useMinute(), look.zoom, Math.min(look.shift, lastShift(look.zoom)))
  const stations = bus.stations.list.value
    .map(({ record }) => record.value)
    .filter((s) => s.status === 'approved')
  const lanes = lanesOf(span, {
    stations,
    contacts: bus.contacts.all.value.values(),
    refused: look.refused ? refused : [],
    nameOf,
    words: search,
  })
  const loading = bus.contacts.loading.value
  return (
    <Page
      title={words.title}
      beside={<PlanningTabs />}
      actions={<Search label={words.search} value={search} onInput={setSearch} />}
    >
      <TimelineBar
        look={look}
        onLook={setLook}
        stations={stations}
        onMaintenance={(stationId) => setOpen({ kind: 'maintenance', stationId })}
      />
      {loading.kind === 'loading' ? (
        <Loading />
      ) : loading.kind === 'failed' ? (
        <FailureNote failure={loading.failure} retry={() => void bus.reload()} />
      ) : stations.length === 0 ? (
        <NoStations />
      ) : lanes.length === 0 ? (
        <div class="card">
          <Empty title={words.nothingFits(search.trim())} text="" />
        </div>
      ) : (
        <div class="card contact-timeline">
          <ScheduleTimeline
            {...{ lanes, span, nameOf, zoom: look.zoom, night: look.night }}
            pick={{
              contact: (contact) => setOpen({ kind: 'contact', contact }),
              refusal: (refusal) => setOpen({ kind: 'refusal', refusal }),
              maintenance: (stationId) => setOpen({ kind: 'maintenance', stationId }),
            }}
          />
          <Legend look={look} />
        </div>
      )}
      <div class="with-side">
        {refusals.shown.kind === 'failed' ? (
          <FailureNote failure={refusals.shown.failure} retry={() => void refusals.reload()} />
        ) : (
          <RefusedTable
            {...{ refused, nameOf, search }}
            hasMore={refusals.shown.kind === 'ready' && refusals.shown.value.hasMore}
            onMore={refusals.more}
            onPick={(refusal) => setOpen({ kind: 'refusal', refusal })}
          />
        )}
        <div class="column">
          {summary.kind === 'ready' && <ScheduleSummary schedule={summary.value} />}
          {summary.kind === 'failed' && <FailureNote failure={summary.failure} retry={() => void reload()} />}
          <section class="card" aria-labelledby="forbidden">
            <div class="card-head">
              <h2 id="forbidden">{words.forbid.listTitle}</h2>
            </div>
            <div class="card-body">
              <ForbiddenList version={version} onAllowed={() => void changed()} />
            </div>
          </section>
          <CalendarCard />
        </div>
      </div>
      <Dialogs open={open} onOpen={setOpen} onDone={() => void changed()} />
    </Page>
  )
}

/** What the looks of the bars mean. */
function Legend({ look }: { look: Look }) {
  const { legend } = words
  return (
    <p class="legend" aria-hidden="true">
      <i class="slot slot-calm" /> {legend.coming} <i class="slot slot-good" /> {legend.running}{' '}
      <i class="slot slot-warn" /> {legend.trouble} <i class="slot slot-calm over" /> {legend.over}{' '}
      <i class="slot slot-calm fixed" /> {legend.fixed} <i class="slot maintenance" /> {legend.maintenance}{' '}
      {look.refused && (
        <>
          <i class="slot slot-refused" /> {legend.refused}{' '}
        </>
      )}
      {look.night && (
        <>
          <i class="slot night" /> {legend.night}
        </>
      )}
    </p>
  )
}
