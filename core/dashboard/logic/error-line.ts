/**
 * The pointing error over a pass, from the samples of a receipt, as a line for a small chart.
 * @module
 */
import { separation } from '../../../shared/angles.js'
import type { Receipt } from '../../../shared/messages.js'

export interface ErrorPoint {
  /** ms since t0 of the plan */
  readonly ms: number
  /** Angle on the sky between commanded and measured, degrees. */
  readonly errDeg: number
}

/** Samples in which both directions are known; the others are gaps, never zeros. */
export const errorPoints = (samples: Receipt['samples']): readonly ErrorPoint[] =>
  samples.flatMap(([ms, cmdAz, cmdEl, az, el]) =>
    cmdAz === null || cmdEl === null || az === null || el === null
      ? []
      : [{ ms, errDeg: separation({ az: cmdAz, el: cmdEl }, { az, el }) }],
  )

/** The highest mark of the axis: 1, 2 or 5 times a power of ten, degrees. */
export function axisTop(points: readonly ErrorPoint[]): number {
  const max = Math.max(0.01, ...points.map((p) => p.errDeg))
  const power = 10 ** Math.floor(Math.log10(max))
  const step = [1, 2, 5, 10].find((s) => s * power >= max) ?? 10
  return Number((step * power).toPrecision(1))
}

/** SVG path data in a box of 100 by 100. */
export function errorPath(points: readonly ErrorPoint[], top: number): string {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || last.ms <= first.ms) return ''
  const x = (ms: number) => ((ms - first.ms) / (last.ms - first.ms)) * 100
  const y = (errDeg: number) => 100 - (Math.min(top, errDeg) / top) * 100
  return `M${points.map((p) => `${x(p.ms).toFixed(2)},${y(p.errDeg).toFixed(2)}`).join('L')}`
}
