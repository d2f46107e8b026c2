import { useState } from 'preact/hooks'
import type { HealthFinding, HealthReport } from '../../../shared/api/health.js'
import { useApp } from '../app/app-context.js'
import { isBad, levelTone, thresholdText, worstFirst } from '../logic/health-view.js'
import { stationPath } from '../logic/route.js'
import { age, ago, utcMoment } from '../logic/time-text.js'
import { Pill } from '../parts/glyph.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'
import { HealthRaw } from './health-raw.js'

const words = texts.health
/** So many rows are no burden. */
const MOST_WELL = 4

function Since({ at }: { at: string }) {
  const { clock } = useApp()
  const ms = Date.parse(at)
  const now = clock.second.value
  return <time title={words.utc(utcMoment(ms, now))}>{age(Math.max(0, now - ms))}</time>
}

function Row({ finding, isStation }: { finding: HealthFinding; isStation: boolean }) {
  const { check, level, found, mend, subject, threshold, since } = finding
  return (
    <tr>
      <td>
        <strong>{check}</strong>
        {subject !== undefined && (
          <span class="sub">
            {isStation ? <a href={stationPath(subject.id)}>{subject.name}</a> : subject.name}
          </span>
        )}
      </td>
      <td class="end-narrow">
        <Pill tone={levelTone(level)} label={words.levels[level]} />
      </td>
      <td class="full found">
        {found}
        {mend !== '' && <span class="sub">{mend}</span>}
      </td>
      <td class="number limits">
        {threshold !== undefined && (
          <span title={words.thresholdWhy(threshold.of, threshold.setting)}>
            <span class="narrow-only muted">{words.threshold} </span>
            {thresholdText(threshold)}
          </span>
        )}
      </td>
      <td class="number end-narrow">
        {since !== undefined && (
          <>
            <span class="narrow-only muted">{words.since} </span>
            <Since at={since} />
          </>
        )}
      </td>
    </tr>
  )
}

/** One collector: its checks, the worst first, and on demand what it collected. */
export function ReportCard({ report }: { report: HealthReport }) {
  const { clock } = useApp()
  const { collector, level, at, findings } = report
  const [whole, setWhole] = useState(false)
  const bad = findings.filter(isBad).length
  const well = findings.filter((finding) => finding.level === 'ok')
  // Who looks all day looks for what is not well.
  const isFolded = well.length > MOST_WELL && !whole
  const shown = worstFirst(isFolded ? findings.filter((finding) => finding.level !== 'ok') : findings)
  return (
    <section class="health-report" aria-labelledby={`health-${collector}`}>
      <header class="section-head">
        <h2 id={`health-${collector}`}>{words.collectors[collector]}</h2>
        <Pill tone={levelTone(level)} label={bad === 0 ? words.levels[level] : words.toLookAt(bad)} />
        <span class="muted">{words.checked(ago(Math.max(0, clock.second.value - Date.parse(at))))}</span>
      </header>
      {shown.length > 0 && (
        <Table heads={[words.check, words.level, words.found, words.threshold, words.since]} kind="health">
          {shown.map((finding) => (
            <Row
              key={`${finding.check} ${finding.subject?.id ?? ''}`}
              finding={finding}
              isStation={collector === 'stations'}
            />
          ))}
        </Table>
      )}
      {well.length > MOST_WELL && (
        <button
          type="button"
          class="button small fold"
          aria-expanded={!isFolded}
          onClick={() => setWhole(isFolded)}
        >
          {isFolded ? words.showWell(well.length) : words.hideWell}
        </button>
      )}
      <HealthRaw collector={collector} org={report.org} />
    </section>
  )
}
