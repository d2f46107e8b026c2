/**
 * Health as it is shown: what is bad comes first, raw values as names and numbers.
 * @module
 */
import {
  HEALTH_LEVELS,
  type HealthFinding,
  type HealthLevel,
  type HealthReport,
} from '../../../shared/api/health.js'
import type { Tone } from './station-status.js'

const TONES: Readonly<Record<HealthLevel, Tone>> = {
  ok: 'good',
  note: 'calm',
  warning: 'warn',
  critical: 'bad',
}
export const levelTone = (level: HealthLevel): Tone => TONES[level]

const rank = (level: HealthLevel): number => HEALTH_LEVELS.indexOf(level)

/** What is worst comes first; among equals the order stays. */
export const worstFirst = <T extends { readonly level: HealthLevel }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => rank(b.level) - rank(a.level))

/** What somebody should look at: warnings and worse. */
export const isBad = ({ level }: Pick<HealthFinding, 'level'>): boolean =>
  level === 'warning' || level === 'critical'

/** The reports that concern this organisation: its own and those of the whole installation. */
export const concerning = (reports: readonly HealthReport[], org: string): HealthReport[] =>
  worstFirst(reports.filter((report) => report.org === null || report.org === org))

/** `5, 60`; the unit is in the words of the threshold. Less is worse where the second is the lower. */
export const thresholdText = ({ warning, critical }: NonNullable<HealthFinding['threshold']>): string =>
  `${warning < critical ? '≥' : '≤'} ${warning}, ${critical}`

export type Raw = readonly [name: string, value: string]

const MOST_DECIMALS = 3

function valueText(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toFixed(MOST_DECIMALS)))
  return value === null ? '–' : String(value)
}

/** H12: every value with the path that leads to it: `connections.user.websocket`, `1`. */
export function rawValues(state: unknown, path = ''): Raw[] {
  if (typeof state !== 'object' || state === null) return [[path, valueText(state)]]
  const entries = Object.entries(state)
  if (entries.length === 0) return path === '' ? [] : [[path, '–']]
  return entries.flatMap(([key, value]) => rawValues(value, path === '' ? key : `${path}.${key}`))
}
