/**
 * Makes passes of what the scan finds for one pair of satellite and stand: rises, tops and sets, in order of time. The
 * window cuts them here.
 * @module
 */
import { DEG } from '../../angles.js'
import { lightAt } from '../sun.js'
import type { Ephemeris } from './ephemeris.js'
import { PARTS } from './lagrange.js'
import { CLIPPED_END, CLIPPED_START, LIGHT_SHIFT, type PassRow, type PassRows } from './pass-rows.js'
import { type Segment, SKY } from './segment.js'
import { type Arc, SkylineCut } from './skyline-cut.js'
import { type PackedStands, STAND, type Stand } from './stands.js'

/** Times are told in milliseconds; what is over in one is no pass. */
const SHORTEST_MS = 1

/** What is kept of a moment that was looked at: where each number is in `PassWriter.moments`. */
const MOMENT = { AT: 0, AZ: 1, SINE: 2, RANGE: 3, LIGHT: 4, SIZE: 5 } as const
/** Where the moments begin. */
const AOS = 0
const TCA = MOMENT.SIZE
const LOS = 2 * MOMENT.SIZE

export class PassWriter {
  private readonly row: PassRow = {
    satellite: 0,
    stand: 0,
    aos: 0,
    tca: 0,
    los: 0,
    aosAz: 0,
    tcaAz: 0,
    losAz: 0,
    maxEl: 0,
    range: 0,
    flags: 0,
  }
  private readonly cuts: readonly (SkylineCut | null)[]
  private cut: SkylineCut | null = null
  private isOpen = false
  /** The window, in samples. */
  private from = 0
  private to = 0
  private readonly moments = new Float64Array(3 * MOMENT.SIZE)
  /** The tops since the rise, in samples, and the sines of their elevations. */
  private tops = new Float64Array(16)
  private sines = new Float64Array(16)
  private count = 0
  private base = 0

  constructor(
    private readonly ephemeris: Ephemeris,
    private readonly segment: Segment,
    private readonly packed: PackedStands,
    private readonly rows: PassRows,
  ) {
    this.cuts = packed.stands.map((stand, i) => SkylineCut.of(stand, segment, ephemeris, i * STAND.SIZE))
  }

  /** Passes are told from one moment to another, both in samples. */
  cutTo(from: number, to: number): void {
    this.from = from
    this.to = to
  }

  begin(satellite: number, stand: number): void {
    this.row.satellite = satellite
    this.row.stand = stand
    this.base = stand * STAND.SIZE
    this.cut = this.cuts[stand] ?? null
    this.isOpen = false
  }

  /** Up already at `at`, in samples, before the window begins. */
  beginUp(at: number): void {
    this.isOpen = true
    this.moments[AOS + MOMENT.AT] = at
    this.count = 0
  }

  /** Comes up at `at`, in samples: that is where `segment`, as it is loaded, is at `s`. */
  rise(at: number, s: number): void {
    this.isOpen = true
    this.count = 0
    this.keep(AOS, at, s)
  }

  /** Is highest; else as `rise`. */
  top(at: number, s: number): void {
    this.segment.lookAt(s)
    const sine = this.segment.sinElevation
    if (this.count === 0 || sine > (this.moments[TCA + MOMENT.SINE] as number)) this.keep(TCA, at, s)
    if (this.count === this.tops.length) {
      this.tops = doubled(this.tops)
      this.sines = doubled(this.sines)
    }
    this.tops[this.count] = at
    this.sines[this.count] = sine
    this.count++
  }

  /** Goes down; else as `rise`. */
  set(at: number, s: number): void {
    if (!this.isOpen) return
    this.isOpen = false
    const isWhole = (this.moments[AOS + MOMENT.AT] as number) >= this.from && at <= this.to
    // What nothing cuts was looked at already, and is highest at a top.
    if (this.cut === null && isWhole && this.count > 0) {
      this.keep(LOS, at, s)
      this.write(0)
    } else this.writeParts(at)
  }

  /** Forgets a pass that was begun. */
  drop(): void {
    this.isOpen = false
  }

  /** All was told: what is still up is so beyond the window, or the orbit ends. */
  end(): void {
    if (this.isOpen) this.writeParts(Number.POSITIVE_INFINITY)
    this.isOpen = false
  }

  private writeParts(set: number): void {
    const { cut } = this
    const rise = this.moments[AOS + MOMENT.AT] as number
    const [from, to] = [Math.max(rise, this.from), Math.min(set, this.to)]
    if (to <= from) return
    const arc = { from, to, isCutAtStart: rise < from, isCutAtEnd: set > to }
    for (const part of cut === null ? [arc] : cut.parts(arc)) {
      this.lookAt(AOS, part.from)
      this.lookAt(LOS, part.to)
      this.lookAt(TCA, this.highest(part))
      this.write((part.isCutAtStart ? CLIPPED_START : 0) | (part.isCutAtEnd ? CLIPPED_END : 0))
    }
  }

  private write(clipped: number): void {
    const { row, rows, moments } = this
    const { startMs, sampleMs } = this.ephemeris
    const from = moments[AOS + MOMENT.AT] as number
    const to = moments[LOS + MOMENT.AT] as number
    if ((to - from) * sampleMs < SHORTEST_MS) return
    const { minCulmination } = this.packed.stands[row.stand] as Stand
    row.maxEl = Math.asin(moments[TCA + MOMENT.SINE] as number) / DEG
    if (minCulmination !== undefined && row.maxEl < minCulmination) return
    row.aos = startMs + from * sampleMs
    row.tca = startMs + (moments[TCA + MOMENT.AT] as number) * sampleMs
    row.los = startMs + to * sampleMs
    row.aosAz = moments[AOS + MOMENT.AZ] as number
    row.tcaAz = moments[TCA + MOMENT.AZ] as number
    row.losAz = moments[LOS + MOMENT.AZ] as number
    row.range = moments[TCA + MOMENT.RANGE] as number
    row.flags =
      clipped |
      ((moments[AOS + MOMENT.LIGHT] as number) << LIGHT_SHIFT.aos) |
      ((moments[TCA + MOMENT.LIGHT] as number) << LIGHT_SHIFT.tca) |
      ((moments[LOS + MOMENT.LIGHT] as number) << LIGHT_SHIFT.los)
    rows.push(row)
  }

  /** The highest moment of an arc, whose ends were looked at: a top inside it, or one of them. */
  private highest(arc: Arc): number {
    const { moments } = this
    let best = arc.from
    let bestSine = moments[AOS + MOMENT.SINE] as number
    if ((moments[LOS + MOMENT.SINE] as number) > bestSine) {
      best = arc.to
      bestSine = moments[LOS + MOMENT.SINE] as number
    }
    for (let i = 0; i < this.count; i++) {
      const at = this.tops[i] as number
      const sine = this.sines[i] as number
      if (at < arc.from || at > arc.to || sine <= bestSine) continue
      best = at
      bestSine = sine
    }
    return best
  }

  /** Keeps what is to be known of a moment, in samples. */
  private lookAt(moment: number, at: number): void {
    const { ephemeris, segment } = this
    const step = Math.min(Math.floor(at), ephemeris.intervals * PARTS - 1)
    segment.load(ephemeris, step, this.base)
    this.keep(moment, at, at - step)
  }

  /** Keeps what is to be known of the moment `at`, in samples, where the loaded segment is at `s`. */
  private keep(moment: number, at: number, s: number): void {
    const { segment, moments, base } = this
    const { numbers } = this.packed
    const { sky } = segment
    segment.lookAt(s)
    const east = sky[SKY.EAST] as number
    const north = sky[SKY.NORTH] as number
    const up = sky[SKY.UP] as number
    const azimuth = Math.atan2(east, north) / DEG
    moments[moment + MOMENT.AT] = at
    moments[moment + MOMENT.AZ] = azimuth < 0 ? azimuth + 360 : azimuth
    moments[moment + MOMENT.SINE] = up / (sky[SKY.RANGE] as number)
    moments[moment + MOMENT.RANGE] = sky[SKY.RANGE] as number
    const sinLat = numbers[base + STAND.SIN_LAT] as number
    const cosLat = numbers[base + STAND.COS_LAT] as number
    const sinLon = numbers[base + STAND.SIN_LON] as number
    const cosLon = numbers[base + STAND.COS_LON] as number
    const out = cosLat * up - sinLat * north
    const { sun } = this.ephemeris.grid
    const intervals = at / PARTS
    const interval = Math.min(Math.floor(intervals), this.ephemeris.intervals - 1)
    const share = intervals - interval
    moments[moment + MOMENT.LIGHT] = lightAt(
      (numbers[base + STAND.X] as number) + cosLon * out - sinLon * east,
      (numbers[base + STAND.Y] as number) + sinLon * out + cosLon * east,
      (numbers[base + STAND.Z] as number) + cosLat * north + sinLat * up,
      between(sun, 3 * interval, share),
      between(sun, 3 * interval + 1, share),
      between(sun, 3 * interval + 2, share),
    )
  }
}

/** Straight from one vector to the next; the Sun moves a degree or two meanwhile. */
function between(vectors: Float64Array, at: number, share: number): number {
  const from = vectors[at] as number
  return from + share * ((vectors[at + 3] as number) - from)
}

function doubled(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length)
  more.set(numbers)
  return more
}
