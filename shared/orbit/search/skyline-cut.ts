/**
 * Cuts an arc of the sky at a skyline. The arc is first cut where its azimuth passes a corner of the skyline, so that in
 * each part the skyline is one straight line and a step lies exactly between two parts.
 * @module
 */
import { DEG, wrap180, wrap360 } from '../../angles.js'
import { type MaskPoint, ringOf } from '../mask.js'
import { signChange } from '../root.js'
import { type Samples, type Segment, SKY } from './segment.js'
import { lowestOf, type Stand } from './stands.js'

/** Times in samples. */
export interface Arc {
  readonly from: number
  readonly to: number
  /** Up already when the window begins. */
  readonly isCutAtStart: boolean
  /** Up still when the window, or the orbit, ends. */
  readonly isCutAtEnd: boolean
}

/** One straight line of the skyline; degrees. */
interface Line {
  readonly from: number
  readonly to: number
  readonly el: number
  /** Degrees for each degree of azimuth. */
  readonly slope: number
}

/** A stretch of one step between two samples, over one line. */
interface Stretch {
  readonly step: number
  readonly low: number
  readonly high: number
}

/** Parts of a step in which the elevation above a line is taken to have one extremum at most: 5 s on low orbits. */
const PARTS_OF_STEP = 12
/** Share of a step. */
const TOLERANCE = 1e-8

/** The skyline as lines, none of them below `lowest`. */
function linesOf(mask: readonly MaskPoint[], lowest: number): Line[] {
  const ring = ringOf(mask)
  return ring.slice(2).flatMap((right, i) => {
    const left = ring[i + 1] as MaskPoint
    if (right.az === left.az) return []
    const slope = (right.el - left.el) / (right.az - left.az)
    const bare = { from: left.az, to: right.az, el: left.el, slope }
    if (left.el >= lowest && right.el >= lowest) return [bare]
    const level = { ...bare, el: lowest, slope: 0 }
    if (left.el <= lowest && right.el <= lowest) return [level]
    const meeting = left.az + (lowest - left.el) / slope
    return left.el > lowest
      ? [
          { ...bare, to: meeting },
          { ...level, from: meeting },
        ]
      : [
          { ...level, to: meeting },
          { ...bare, from: meeting, el: lowest },
        ]
  })
}

export class SkylineCut {
  private constructor(
    private readonly lines: readonly Line[],
    private readonly segment: Segment,
    private readonly samples: Samples,
    private readonly base: number,
  ) {}

  /** @param base where the numbers of the stand begin; null when the skyline cuts nothing */
  static of(stand: Stand, segment: Segment, samples: Samples, base: number): SkylineCut | null {
    const { mask = [] } = stand
    const lowest = lowestOf(stand)
    if (!mask.some(({ el }) => el > lowest)) return null
    return new SkylineCut(linesOf(mask, lowest), segment, samples, base)
  }

  /** The parts of an arc that are above the skyline, in order of time. */
  parts(arc: Arc): Arc[] {
    const found: Arc[] = []
    let open: number | null = null
    const turn = (at: number, isUp: boolean) => {
      if (isUp === (open !== null)) return
      if (open === null) open = at
      else {
        if (at > open) found.push(this.part(arc, open, at))
        open = null
      }
    }
    for (const stretch of this.stretches(arc))
      for (const { at, isUp } of this.turns(stretch)) turn(stretch.step + at, isUp)
    turn(arc.to, false)
    return found
  }

  private part(arc: Arc, from: number, to: number): Arc {
    return {
      from,
      to,
      isCutAtStart: arc.isCutAtStart && from === arc.from,
      isCutAtEnd: arc.isCutAtEnd && to === arc.to,
    }
  }

  private *stretches({ from, to }: Arc): Generator<Stretch> {
    for (let step = Math.floor(from); step < to; step++) {
      const low = Math.max(0, from - step)
      const high = Math.min(1, to - step)
      if (high <= low) continue
      this.segment.load(this.samples, step, this.base)
      const corners = this.monotone(low, high).flatMap(([a, b]) => this.corners(a, b))
      const ends = [low, ...corners, high]
      for (let i = 1; i < ends.length; i++)
        yield { step, low: ends[i - 1] as number, high: ends[i] as number }
    }
  }

  /** Stretches in which the azimuth only grows or only shrinks. */
  private monotone(low: number, high: number): [number, number][] {
    const ends = [low]
    for (let i = 1; i <= PARTS_OF_STEP; i++) {
      const a = low + ((high - low) * (i - 1)) / PARTS_OF_STEP
      const b = low + ((high - low) * i) / PARTS_OF_STEP
      const [rateA, rateB] = [this.azimuthRate(a), this.azimuthRate(b)]
      if (rateA < 0 !== rateB < 0)
        ends.push(
          signChange((s) => this.azimuthRate(s), { at: a, value: rateA }, { at: b, value: rateB }, TOLERANCE),
        )
    }
    ends.push(high)
    return ends.slice(1).map((end, i) => [ends[i] as number, end])
  }

  /** When the azimuth, which only grows or only shrinks from `a` to `b`, passes a corner of the skyline; in order. */
  private corners(a: number, b: number): number[] {
    const isGrowing = this.azimuthRate((a + b) / 2) > 0
    const start = this.azimuth(a)
    const sign = isGrowing ? 1 : -1
    const swept = wrap360(sign * (this.azimuth(b) - start))
    return this.lines
      .map(({ from }) => ({ corner: from, away: wrap360(sign * (from - start)) }))
      .filter(({ away }) => away > 0 && away < swept)
      .sort((p, q) => p.away - q.away)
      .map(({ corner }) => {
        const beyond = (s: number) => this.beyond(corner, s)
        return signChange(beyond, { at: a, value: beyond(a) }, { at: b, value: beyond(b) }, TOLERANCE)
      })
  }

  /** Where the satellite comes above or falls below the one line that a stretch has; first how it begins. */
  private *turns({ step, low, high }: Stretch): Generator<{ at: number; isUp: boolean }> {
    this.segment.load(this.samples, step, this.base)
    const line = this.lineAt(this.azimuth((low + high) / 2))
    const margin = (s: number) => this.margin(line, s)
    const rate = (s: number) => this.marginRate(line, s)
    const find = (f: (s: number) => number, a: number, b: number) =>
      signChange(f, { at: a, value: f(a) }, { at: b, value: f(b) }, TOLERANCE)
    let isUp = margin(low) >= 0
    yield { at: low, isUp }
    const parts = Math.ceil((high - low) * PARTS_OF_STEP)
    for (let i = 1; i <= parts; i++) {
      const a = low + ((high - low) * (i - 1)) / parts
      const b = low + ((high - low) * i) / parts
      const ends = rate(a) < 0 !== rate(b) < 0 ? [a, find(rate, a, b), b] : [a, b]
      for (let j = 1; j < ends.length; j++) {
        const [from, to] = [ends[j - 1] as number, ends[j] as number]
        if (margin(to) >= 0 === isUp) continue
        isUp = !isUp
        yield { at: find(margin, from, to), isUp }
      }
    }
  }

  private azimuth(s: number): number {
    const { segment } = this
    segment.lookAt(s)
    return wrap360(Math.atan2(segment.sky[SKY.EAST] as number, segment.sky[SKY.NORTH] as number) / DEG)
  }

  /** Has the sign of the rate of the azimuth. */
  private azimuthRate(s: number): number {
    const { sky } = this.segment
    this.segment.lookAt(s)
    return (
      (sky[SKY.EAST_RATE] as number) * (sky[SKY.NORTH] as number) -
      (sky[SKY.NORTH_RATE] as number) * (sky[SKY.EAST] as number)
    )
  }

  /** How far to the right of an azimuth, km. */
  private beyond(azimuth: number, s: number): number {
    const { sky } = this.segment
    this.segment.lookAt(s)
    return (
      (sky[SKY.EAST] as number) * Math.cos(azimuth * DEG) -
      (sky[SKY.NORTH] as number) * Math.sin(azimuth * DEG)
    )
  }

  private lineAt(azimuth: number): Line {
    const isIn = ({ from, to }: Line) => wrap360(azimuth - from) < to - from
    return this.lines.find(isIn) ?? (this.lines[0] as Line)
  }

  /** Degrees above a line. */
  private margin({ from, to, el, slope }: Line, s: number): number {
    const middle = (from + to) / 2
    // Near its ends as well the line goes on straight, also across north.
    const azimuth = middle + wrap180(this.azimuth(s) - middle)
    return Math.asin(this.segment.sinElevation) / DEG - el - slope * (azimuth - from)
  }

  /** Has the sign of its rate. */
  private marginRate({ slope }: Line, s: number): number {
    const { sky } = this.segment
    const turning = this.azimuthRate(s)
    const [east, north, up] = [sky[SKY.EAST] as number, sky[SKY.NORTH] as number, sky[SKY.UP] as number]
    const out2 = east * east + north * north
    const outRate = east * (sky[SKY.EAST_RATE] as number) + north * (sky[SKY.NORTH_RATE] as number)
    const range = sky[SKY.RANGE] as number
    const climb = ((sky[SKY.UP_RATE] as number) * out2 - up * outRate) / (range * range * Math.sqrt(out2))
    return climb - (slope * turning) / out2
  }
}
