import type { z } from 'zod'
import type { scheduleResponse } from '../../../shared/api/schedule.js'
import { useApp } from '../app/app-context.js'
import { satellitePath } from '../logic/route.js'
import { gapOf, percentText, worthText } from '../logic/schedule-gap.js'
import { ago, utcMoment } from '../logic/time-text.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'

const words = texts.schedule

export type Published = z.infer<typeof scheduleResponse>

function gapText({ value, bound }: Published): string {
  const gap = gapOf(value, bound)
  if (gap.kind === 'best') return words.summary.best
  return gap.kind === 'within' ? words.summary.within(percentText(gap.percent)) : words.summary.unknown
}

function Facts({ schedule }: { schedule: Published }) {
  const now = useApp().clock.second.value
  const { madeAt, wholeAt, to, value, refusedCount } = schedule
  const told = (at: string | null) => (at === null ? '' : ago(now - Date.parse(at)))
  return (
    <dl class="facts">
      <dt>{words.summary.value}</dt>
      <dd class="number">{value === null ? '' : worthText(value)}</dd>
      <dt>{words.summary.refused}</dt>
      <dd class="number">{worthText(refusedCount)}</dd>
      <dt>{words.summary.made}</dt>
      <dd>{told(madeAt)}</dd>
      <dt>{words.summary.whole}</dt>
      <dd>{told(wholeAt)}</dd>
      <dt>{words.summary.reaches}</dt>
      <dd class="number">{to === null ? '' : `${utcMoment(Date.parse(to), now)} UTC`}</dd>
    </dl>
  )
}

/** How good the schedule is, in words, and which minimums it does not reach. */
export function ScheduleSummary({ schedule }: { schedule: Published }) {
  const { unmet, madeAt } = schedule
  const nameOf = useSatelliteNames(unmet.flatMap((u) => u.satelliteId ?? []))
  return (
    <>
      <section class="card" aria-labelledby="schedule-summary">
        <div class="card-head">
          <h2 id="schedule-summary">{words.summary.title}</h2>
        </div>
        <div class="card-body">
          {madeAt === null ? (
            <p class="muted">{words.summary.none}</p>
          ) : (
            <>
              <p class="gap">{gapText(schedule)}</p>
              <Facts schedule={schedule} />
              <p class="muted after-facts">{words.summary.worthIs}</p>
            </>
          )}
        </div>
      </section>
      {unmet.length > 0 && (
        <section class="card" aria-labelledby="schedule-unmet">
          <div class="card-head">
            <h2 id="schedule-unmet">{words.unmet.title}</h2>
          </div>
          <ul class="windows card-body">
            {unmet.map((u) => (
              <li key={`${u.campaignId} ${u.satelliteId} ${u.day}`}>
                <div class="what">
                  {u.satelliteId === null ? (
                    words.unmet.whole
                  ) : (
                    <a href={satellitePath(u.satelliteId)}>{nameOf(u.satelliteId)}</a>
                  )}
                  <span class="sub">{u.reason}</span>
                </div>
                <span class="badge warn">{words.unmet.row(u.booked, u.wanted, u.day)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
