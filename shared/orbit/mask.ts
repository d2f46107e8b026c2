/**
 * The RF horizon of a site: how high the skyline is, by azimuth. Not a mechanical limit; that is the mount's keep-out.
 * @module
 */
import { wrap360 } from '../angles.js'

/** The skyline at one azimuth, degrees. Two points at the same azimuth make a step. */
export interface MaskPoint {
  readonly az: number
  readonly el: number
}

/**
 * The points by azimuth in [0, 360), with the last one again before the first and the first again after the last, so
 * that every azimuth lies between two. Points at one azimuth keep their order. Empty without points.
 */
export function ringOf(points: readonly MaskPoint[]): MaskPoint[] {
  const sorted = points.map(({ az, el }) => ({ az: wrap360(az), el })).sort((a, b) => a.az - b.az)
  const first = sorted[0]
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) return []
  return [{ az: last.az - 360, el: last.el }, ...sorted, { az: first.az + 360, el: first.el }]
}

/**
 * The skyline by azimuth: straight between neighbouring points, also across north. Points may come in any order; at a
 * step the higher side counts. Without points it lies at -90.
 */
export function skyline(points: readonly MaskPoint[]): (az: number) => number {
  const ring = ringOf(points)
  return (az) => {
    const at = wrap360(az)
    let height = -90
    for (let i = 1; i < ring.length; i++) {
      const from = ring[i - 1] as MaskPoint
      const to = ring[i] as MaskPoint
      if (at < from.az || at > to.az) continue
      const share = to.az === from.az ? 0 : (at - from.az) / (to.az - from.az)
      height = Math.max(
        height,
        to.az === from.az ? Math.max(from.el, to.el) : from.el + share * (to.el - from.el),
      )
    }
    return height
  }
}
