/**
 * What to make of what the director does, and what to do about it (H1, H3). Pure.
 * @module
 */
import { type HealthFinding, type HealthLevel, worstLevel } from '../../shared/api/health.js'
import type { Aged, DirectorSeen } from './director-collector.js'
import { fine, type Judge, judgeBy, judgeSilence, plural, span } from './judging.js'
import type { Thresholds } from './thresholds.js'

const OWN_LEVELS: Readonly<Record<NonNullable<Aged['own']>, HealthLevel>> = {
  fresh: 'ok',
  old: 'warning',
  stale: 'critical',
}

/** A director comes back within so long of a core that was started anew. */
const GRACE_S = 120

/** `watchedS`: since when this core listens to it, seconds: H11, nothing is late that core itself kept from coming. */
export function judgeDirector(seen: DirectorSeen, thresholds: Thresholds, watchedS: number): HealthFinding[] {
  const judge = judgeBy(thresholds)
  const { state } = seen
  // Nothing is asked of it: nothing can be late.
  if (state.campaigns === 0 && state.contactsComing === 0)
    return [connection(state.online, watchedS), fine('Campaigns', 'none is on')]
  return [
    connection(state.online, watchedS),
    elements(seen, judge),
    missing(state.withoutElements),
    state.scheduleAgeMinutes === null
      ? {
          check: 'Last round',
          level: watchedS < GRACE_S ? 'note' : 'warning',
          found: 'no schedule was ever made',
          mend: 'Does the director run? See its log.',
        }
      : judgeSilence(judge, 'scheduleAgeMinutes', state.scheduleAgeMinutes, watchedS / 60, {
          check: 'Last round',
          found: `${span(state.scheduleAgeMinutes * 60)} ago; ${plural(state.contactsComing, 'contact')} to come`,
          mend: 'Does the director run, and does it reach core? See its log.',
        }),
    gap(state.value, state.bound, judge),
    judge('plansLate', state.plansLate, {
      check: 'Plans',
      found:
        state.plansLate === 0
          ? 'all that begin soon are at their stations'
          : `${plural(state.plansLate, 'contact')} in the next minutes without a plan at the station`,
      mend: 'See the history of those contacts, and the log of the director.',
    }),
    {
      check: 'Quotas',
      level: state.quotasUnmet === 0 ? 'ok' : 'note',
      found: state.quotasUnmet === 0 ? 'all are reached' : `${state.quotasUnmet} cannot be reached`,
      mend: state.quotasUnmet === 0 ? '' : 'talos schedule says which, and why.',
    },
  ]
}

const connection = (online: boolean, watchedS: number): HealthFinding => ({
  check: 'Connection',
  level: online ? 'ok' : watchedS < GRACE_S ? 'note' : 'critical',
  found: online ? 'it is on the bus' : 'no director is on the bus',
  mend: online ? '' : 'Start it: talos director. No plan reaches a station without it.',
})

const ELEMENTS_MEND =
  'See Elements: is there a source, and does it answer? Stale ones are not used for passes.'

function elements({ elements, state }: DirectorSeen, judge: Judge): HealthFinding {
  const check = 'Elements'
  const { oldestElementsDays: most, oldestElementsOf: name } = state
  if (most === null) return fine(check, 'no satellite to be followed has any')
  const oldestLow = Math.max(0, ...elements.filter((e) => e.own === null).map((e) => e.days))
  const judged = judge('elementsAgeDays', oldestLow, {
    check,
    found: `the oldest of ${elements.length}, of ${name}, are ${span(most * 86_400)} old`,
    mend: ELEMENTS_MEND,
  })
  const level = worstLevel([
    judged.level,
    ...elements.map((e) => (e.own === null ? 'ok' : OWN_LEVELS[e.own])),
  ])
  return { ...judged, level, mend: level === 'ok' ? '' : ELEMENTS_MEND }
}

const missing = (ids: readonly string[]): HealthFinding => ({
  check: 'Satellites',
  level: ids.length === 0 ? 'ok' : 'warning',
  found:
    ids.length === 0
      ? 'all that are to be followed have elements'
      : `${ids.length} to be followed have no elements: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ' …' : ''}`,
  mend: ids.length === 0 ? '' : 'Import them: talos elements import FILE, or add a source.',
})

function gap(value: number | null, bound: number | null, judge: Judge): HealthFinding {
  const check = 'Gap'
  if (value === null || bound === null || bound <= 0) return fine(check, 'not known')
  const percent = Math.max(0, (100 * (bound - value)) / bound)
  return judge('scheduleGapPercent', percent, {
    check,
    found: `at most ${percent.toFixed(1)} % below the best schedule: ${value.toFixed(0)} of ${bound.toFixed(0)}`,
    mend: 'The solver ran out of time or memory: see the log of the director.',
  })
}
