/**
 * What of the audit trail is wanted, and how core is asked for it (H9).
 * @module
 */
import {
  ACTOR_KINDS,
  AUDIT_ACTIONS,
  AUDIT_OUTCOMES,
  type AuditEvent,
  type AuditOutcome,
} from '../../../shared/api/audit.js'
import { DAY, HOUR, iso, MINUTE } from '../../../shared/time.js'

export const AUDIT_TIMES = ['all', 'hour', 'day', 'week', 'month'] as const
export type AuditTime = (typeof AUDIT_TIMES)[number]

const SPANS_MS: Readonly<Record<Exclude<AuditTime, 'all'>, number>> = {
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
}

/** Empty: all. */
export interface AuditFilter {
  readonly search: string
  readonly action: '' | AuditEvent['action']
  readonly outcome: '' | AuditOutcome
  readonly actorKind: '' | AuditEvent['actorKind']
  readonly time: AuditTime
  /** Ids that were pressed in the list. */
  readonly actor: string
  readonly target: string
}

export const NO_FILTER: AuditFilter = {
  ...{ search: '', action: '', outcome: '', actorKind: '', time: 'all', actor: '', target: '' },
}

export const isFiltered = (filter: AuditFilter): boolean => filterSearch(filter) !== ''

/** The query of core; times begin at whole minutes, so that a page asked again is the same page. */
export function auditQueryOf({ time, ...filter }: AuditFilter, nowMs: number): Record<string, string> {
  const words = Object.entries(filter)
    .map(([key, value]) => [key, value.trim()] as const)
    .filter(([, value]) => value !== '')
  const from = time === 'all' ? {} : { from: iso(Math.floor((nowMs - SPANS_MS[time]) / MINUTE) * MINUTE) }
  return { ...Object.fromEntries(words), ...from }
}

/** Of the address bar, so that a list can be shown to a colleague: `?outcome=denied&time=day`; empty: no filter. */
export function filterSearch(filter: AuditFilter): string {
  const words = Object.entries<string>({ ...filter }).filter(
    ([key, value]) => value !== NO_FILTER[key as keyof AuditFilter],
  )
  const text = new URLSearchParams(words).toString()
  return text === '' ? '' : `?${text}`
}

const oneOf = <T extends string>(known: readonly T[], value: string | null): T | undefined =>
  known.find((one) => one === value)

const ID = /^[A-Za-z0-9:._@-]{1,64}$/

/** Reads it back; what is not ours is left out. */
export function filterFrom(search: string): AuditFilter {
  const words = new URLSearchParams(search)
  const id = (name: string) => {
    const value = words.get(name) ?? ''
    return ID.test(value) ? value : ''
  }
  return {
    search: (words.get('search') ?? '').slice(0, 80),
    action: oneOf(AUDIT_ACTIONS, words.get('action')) ?? '',
    outcome: oneOf(AUDIT_OUTCOMES, words.get('outcome')) ?? '',
    actorKind: oneOf(ACTOR_KINDS, words.get('actorKind')) ?? '',
    time: oneOf(AUDIT_TIMES, words.get('time')) ?? 'all',
    actor: id('actor'),
    target: id('target'),
  }
}
