import { useState } from 'preact/hooks'
import { type HealthOverview, healthResponse } from '../../../shared/api/health.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { concerning, isBad, levelTone } from '../logic/health-view.js'
import { useEvery } from '../parts/every.js'
import { Pill } from '../parts/glyph.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { ReportCard } from './health-report.js'
import { NotificationRules } from './notification-rules.js'

const words = texts.health
/** Core looks twice a minute. */
const EVERY_MS = 15 * SECOND

const VIEWS = ['checks', 'alerts'] as const
type View = (typeof VIEWS)[number]

function Reports({ overview }: { overview: HealthOverview }) {
  const { org } = useFleet()
  const reports = concerning(overview.reports, org)
  const bad = reports.flatMap(({ findings }) => findings).filter(isBad).length
  if (overview.at === null) return <p class="loading">{words.firstRound}</p>
  return (
    <>
      <nav class="health-jump" aria-label={words.collectorsLabel}>
        {reports.map(({ collector, level }) => (
          <a key={collector} href={`#health-${collector}`} class="health-chip">
            <Pill tone={levelTone(level)} label={words.collectors[collector]} title={words.levels[level]} />
          </a>
        ))}
      </nav>
      <p class="visually-hidden" role="status">
        {bad === 0 ? words.allWell : words.toLookAt(bad)}
      </p>
      {reports.map((report) => (
        <ReportCard key={report.collector} report={report} />
      ))}
    </>
  )
}

function Checks() {
  const { api, session } = useApp()
  const { org } = useFleet()
  const isSystem = session.can('view_system_audit_logs')
  const path = isSystem ? 'health' : `orgs/${org}/health`
  const [overview, reload] = useResource(`health ${path} ${org}`, () => api.get(path, healthResponse))
  useEvery(EVERY_MS, reload)
  return (
    <Show of={overview} retry={() => void reload()}>
      {(value) => <Reports overview={value} />}
    </Show>
  )
}

/** How everything does: what each collector found, by what it was judged, since when; and who is told. */
export function HealthPage() {
  const { session } = useApp()
  const [view, setView] = useState<View>('checks')
  const mayView = session.can('view_notifications')
  return (
    <Page
      title={words.title}
      lead={view === 'checks' ? words.lead : words.alerts.lead}
      beside={
        mayView && (
          <fieldset class="segmented" aria-label={words.whatToShow}>
            {VIEWS.map((v) => (
              <button key={v} type="button" aria-pressed={view === v} onClick={() => setView(v)}>
                {words.views[v]}
              </button>
            ))}
          </fieldset>
        )
      }
    >
      {view === 'checks' ? <Checks /> : <NotificationRules />}
    </Page>
  )
}
