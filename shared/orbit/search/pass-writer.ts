/**
 * Makes passes of what the scan finds for one pair of satellite and stand: rises, tops and sets, in order of time.
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
  private isOpen = false
  private isCutAtStart = false
  private aos = 0
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

  begin(satellite: number, stand: number): void {
    this.row.satellite = satellite
    this.row.stand = stand
    this.base = stand * STAND.SIZE
    this.isOpen = false
  }

  /** Times in samples. @param isCut up already when the window begins */
  rise(at: number, isCut: boolean): void {
    this.isOpen = true
    this.isCutAtStart = isCut
    this.aos = at
    this.count = 0
  }

  top(at: number, sine: number): void {
    if (this.count === this.tops.length) {
      this.tops = doubled(this.tops)
      this.sines = doubled(this.sines)
    }
    this.tops[this.count] = at
    this.sines[this.count] = sine
    this.count++
  }

  set(at: number, isCut: boolean): void {
    if (!this.isOpen) return
    this.isOpen = false
    const arc = { from: this.aos, to: at, isCutAtStart: this.isCutAtStart, isCutAtEnd: isCut }
    const cut = this.cuts[this.row.stand] ?? null
    if (cut === null) this.write(arc)
    else for (const part of cut.parts(arc)) this.write(part)
  }

  /** Forgets a pass that was begun. */
  drop(): void {
    this.isOpen = false
  }

  /** The window, or the orbit, ends. */
  end(at: number): void {
    if (this.isOpen) this.set(at, true)
  }

  private write(arc: Arc): void {
    const { row, rows, segment } = this
    const { startMs, sampleMs } = this.ephemeris
    if ((arc.to - arc.from) * sampleMs < SHORTEST_MS) return
    const top = this.highest(arc)
    const { minCulmination } = this.packed.stands[row.stand] as Stand
    const topLight = this.lookAt(top)
    row.maxEl = this.elevation()
    if (minCulmination !== undefined && row.maxEl < minCulmination) return
    row.tcaAz = this.azimuth()
    row.range = segment.sky[SKY.RANGE] as number
    const aosLight = this.lookAt(arc.from)
    row.aosAz = this.azimuth()
    const losLight = this.lookAt(arc.to)
    row.losAz = this.azimuth()
    row.aos = startMs + arc.from * sampleMs
    row.tca = startMs + top * sampleMs
    row.los = startMs + arc.to * sampleMs
    row.flags =
      (arc.isCutAtStart ? CLIPPED_START : 0) |
      (arc.isCutAtEnd ? CLIPPED_END : 0) |
      (aosLight << LIGHT_SHIFT.aos) |
      (topLight << LIGHT_SHIFT.tca) |
      (losLight << LIGHT_SHIFT.los)
    rows.push(row)
  }

  /** The highest moment of an arc: a top inside it, or one of its ends where something cuts it. */
  private highest(arc: Arc): number {
    let best = arc.from
    let bestSine = -2
    for (let i = 0; i < this.count; i++) {
      const at = this.tops[i] as number
      const sine = this.sines[i] as number
      if (at < arc.from || at > arc.to || sine <= bestSine) continue
      best = at
      bestSine = sine
    }
    if (bestSine > -2 && !arc.isCutAtStart && !arc.isCutAtEnd && this.cuts[this.row.stand] === null)
      return best
    for (const end of [arc.from, arc.to]) {
      this.lookAt(end)
      if (this.segment.sinElevation <= bestSine) continue
      best = end
      bestSine = this.segment.sinElevation
    }
    return best
  }

  /** Looks at a moment, in samples. @returns the light on the satellite */
  private lookAt(moment: number): number {
    const { ephemeris, segment } = this
    const step = Math.min(Math.floor(moment), ephemeris.intervals * PARTS - 1)
    segment.load(ephemeris, step, this.base)
    segment.lookAt(moment - step)
    const { numbers } = this.packed
    const { base } = this
    const east = segment.sky[SKY.EAST] as number
    const north = segment.sky[SKY.NORTH] as number
    const up = segment.sky[SKY.UP] as number
    const sinLat = numbers[base + STAND.SIN_LAT] as number
    const cosLat = numbers[base + STAND.COS_LAT] as number
    const sinLon = numbers[base + STAND.SIN_LON] as number
    const cosLon = numbers[base + STAND.COS_LON] as number
    const out = cosLat * up - sinLat * north
    const { sun } = ephemeris.grid
    const interval = Math.floor(step / PARTS)
    const share = moment / PARTS - interval
    const at = 3 * interval
    return lightAt(
      (numbers[base + STAND.X] as number) + cosLon * out - sinLon * east,
      (numbers[base + STAND.Y] as number) + sinLon * out + cosLon * east,
      (numbers[base + STAND.Z] as number) + cosLat * north + sinLat * up,
      between(sun, at, share),
      between(sun, at + 1, share),
      between(sun, at + 2, share),
    )
  }

  private azimuth(): number {
    const { sky } = this.segment
    const azimuth = Math.atan2(sky[SKY.EAST] as number, sky[SKY.NORTH] as number) / DEG
    return azimuth < 0 ? azimuth + 360 : azimuth
  }

  private elevation(): number {
    const { sky } = this.segment
    const [east, north] = [sky[SKY.EAST] as number, sky[SKY.NORTH] as number]
    return Math.atan2(sky[SKY.UP] as number, Math.sqrt(east * east + north * north)) / DEG
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
