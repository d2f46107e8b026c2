/**
 * A number and its threshold as a finding (H2, H3). Pure.
 * @module
 */
import type { HealthFinding } from '../../shared/api/health.js'
import { levelOf, THRESHOLDS, type ThresholdName, type Thresholds, variableOf } from './thresholds.js'

export interface Seen extends Pick<HealthFinding, 'check' | 'found' | 'mend'> {
  readonly subject?: { readonly id: string; readonly name: string } | undefined
}

export type Judge = (name: ThresholdName, value: number, seen: Seen) => HealthFinding

/** Judges by these thresholds; what is well needs no mending. */
export const judgeBy =
  (thresholds: Thresholds): Judge =>
  (name, value, { check, found, mend, subject }) => {
    const threshold = thresholds[name]
    const level = levelOf(value, threshold)
    return {
      ...{ check, level, found, mend: level === 'ok' ? '' : mend },
      ...(subject === undefined ? {} : { subject }),
      threshold: { setting: variableOf(name), ...threshold, of: THRESHOLDS[name].means },
    }
  }

/**
 * As `judge`, of how long something has been silent: H11, what core itself kept from coming is a note at first. `watched`:
 * for how long core could hear it, in the same unit.
 */
export function judgeSilence(
  judge: Judge,
  name: ThresholdName,
  silence: number,
  watched: number,
  seen: Seen,
): HealthFinding {
  const whole = judge(name, silence, seen)
  const fair = judge(name, Math.min(silence, watched), seen)
  if (whole.level === 'ok' || fair.level !== 'ok') return fair
  return { ...fair, level: 'note', found: `${fair.found}; core has listened for too short a time to judge` }
}

/** What there is nothing to say against, or nothing to judge by. */
export const fine = (check: string, found: string): HealthFinding => ({ check, level: 'ok', found, mend: '' })

/** `1 station`, `2 stations`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** `640 B`, `12 KiB`, `300 MiB`, `1.5 GiB`. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 2 ** 20) return `${(bytes / 1024).toFixed(0)} KiB`
  return bytes < 10 * 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(0)} GiB`
}

/** `0.3 ms`, `12 ms`. */
export const ms = (value: number): string =>
  value < 10 ? `${Number(value.toFixed(2))} ms` : `${value.toFixed(0)} ms`

/** `40 s`, `12 min`, `5 h`, `3 days`. */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
