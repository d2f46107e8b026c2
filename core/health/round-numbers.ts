/**
 * The last round in numbers, for Prometheus: no label names a station or an organisation.
 * @module
 */
import {
  type DatabaseState,
  type DiskState,
  HEALTH_COLLECTORS,
  HEALTH_LEVELS,
  type HealthCollector,
  type KeysState,
  worstLevel,
} from '../../shared/api/health.js'
import { DAY, MINUTE, SECOND } from '../../shared/time.js'
import type { HealthRounds } from './rounds.js'

export interface RoundNumbers {
  /** 0 ok, 1 note, 2 warning, 3 critical; a collector that was not asked yet is absent. */
  readonly levels: Readonly<Partial<Record<HealthCollector, number>>>
  /** Findings that are not well, by level. */
  readonly findings: Readonly<Record<'warning' | 'critical', number>>
  readonly database: DatabaseState | null
  readonly disk: DiskState | null
  /** Seconds until the end, by what ends. */
  readonly expiryS: Readonly<Record<string, number>>
  readonly stations: Readonly<Record<'online' | 'offline' | 'maintenance', number>>
  readonly director: {
    readonly oldestElementsS: number | null
    readonly oldestScheduleS: number | null
    readonly plansLate: number
    readonly contactsComing: number
  }
}

/** As much of the rounds as is read. */
export type Rounds = Pick<HealthRounds, 'overview' | 'states'>

export function roundNumbers(rounds: Rounds): RoundNumbers {
  const { reports } = rounds.overview()
  const levels = HEALTH_COLLECTORS.flatMap((collector) => {
    const own = reports.filter((report) => report.collector === collector)
    if (own.length === 0) return []
    return [[collector, HEALTH_LEVELS.indexOf(worstLevel(own.map(({ level }) => level)))] as const]
  })
  const all = reports.flatMap(({ findings }) => findings)
  const bad = (level: string) => all.filter((finding) => finding.level === level).length
  const [database = null] = rounds.states('database')
  const [disk = null] = rounds.states('disk')
  const [keys] = rounds.states('keys')
  const stations = rounds.states('stations').flatMap((s) => s.stations)
  const directors = rounds.states('director')
  const most = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? null : Math.max(...known)
  }
  const days = most(directors.map((d) => d.oldestElementsDays))
  const minutes = most(directors.filter((d) => d.campaigns > 0).map((d) => d.scheduleAgeMinutes))
  const sum = (values: readonly number[]) => values.reduce((total, n) => total + n, 0)
  return {
    levels: Object.fromEntries(levels),
    findings: { warning: bad('warning'), critical: bad('critical') },
    ...{ database, disk },
    expiryS: expiryS(keys),
    stations: {
      online: stations.filter((s) => s.online && !s.inMaintenance).length,
      offline: stations.filter((s) => !s.online && !s.inMaintenance).length,
      maintenance: stations.filter((s) => s.inMaintenance).length,
    },
    director: {
      oldestElementsS: days === null ? null : (days * DAY) / SECOND,
      oldestScheduleS: minutes === null ? null : (minutes * MINUTE) / SECOND,
      plansLate: sum(directors.map((d) => d.plansLate)),
      contactsComing: sum(directors.map((d) => d.contactsComing)),
    },
  }
}

function expiryS(keys: KeysState | undefined): Record<string, number> {
  if (keys === undefined) return {}
  const [authority] = keys.authorities
  return {
    ...(keys.tlsDaysLeft === null ? {} : { tls: (keys.tlsDaysLeft * DAY) / SECOND }),
    ...(authority === undefined ? {} : { authority: (authority.daysLeft * DAY) / SECOND }),
  }
}
