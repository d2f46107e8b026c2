/**
 * Finds the passes of one satellite over many stands: most of the window is ruled out by dot products, what is left is
 * looked at sample by sample, and what happens between two samples is solved for on the cubic between them.
 * @module
 */
import type { Satellite } from '../propagate.js'
import { CloseUp } from './close-up.js'
import { BLOCK, type Ephemeris } from './ephemeris.js'
import { PARTS } from './lagrange.js'
import type { PassRows } from './pass-rows.js'
import { PassWriter } from './pass-writer.js'
import { Segment } from './segment.js'
import { type PackedStands, STAND } from './stands.js'

/** Between two samples of the satellite and the middle of its stretch lies no more than this, rad. */
const BETWEEN_SAMPLES = 1e-3

/** A close look is taken on both sides of a top by this share of a step: 12 s on low orbits. */
const ASIDE = 0.2
/** It is worth while when the top is not farther above the lowest elevation, and not farther below it: km. */
const GRAZE_KM = 8
const DOUBT_KM = 0.01

export class Scan {
  private readonly segment: Segment
  private readonly closeUp = new CloseUp()
  private satellite: Satellite | null = null
  private readonly writer: PassWriter
  /**
   * Cosines of the angles, seen from the centre of the Earth, beyond which a block or an interval is out of sight; and the
   * length, km, below which a sample is so far down that nothing is seen within a step of it.
   */
  private readonly limits = new Float64Array(3)
  /** The first and the last sample that are looked at: one step more than the window on either side. */
  private firstSample = 0
  private lastSample = 0

  constructor(
    private readonly ephemeris: Ephemeris,
    private readonly packed: PackedStands,
    rows: PassRows,
    private readonly fromMs: number,
    private readonly toMs: number,
  ) {
    this.segment = new Segment(packed.numbers)
    this.writer = new PassWriter(ephemeris, this.segment, packed, rows)
  }

  /**
   * All passes of the satellite that the ephemeris follows now. Whole steps are looked at, whatever the window, which cuts
   * what was found: so a pass is the same in every window that holds it.
   */
  passesOf(satellite: Satellite, index: number): void {
    const { ephemeris, packed, writer } = this
    this.satellite = satellite
    const { startMs, sampleMs, intervals } = ephemeris
    const from = (this.fromMs - startMs) / sampleMs
    const to = Math.min((this.toMs - startMs) / sampleMs, intervals * PARTS)
    if (intervals === 0 || to <= from) return
    this.firstSample = Math.max(0, Math.floor(from) - 1)
    this.lastSample = Math.ceil(to) + 1
    writer.cutTo(from, to)
    for (let stand = 0; stand < packed.stands.length; stand++) {
      writer.begin(index, stand)
      this.setLimits(stand * STAND.SIZE)
      this.look(stand * STAND.SIZE)
      writer.end()
    }
  }

  /**
   * The triangle of centre, stand and satellite: at elevation e0 and the largest distance, the angle at the centre is
   * acos(k) - e0 with k = R cos(e0) / r. By sums of angles, so that a pair costs no trigonometry.
   */
  private setLimits(base: number): void {
    const { numbers } = this.packed
    const sinEl = numbers[base + STAND.SIN_REACH] as number
    const cosEl = numbers[base + STAND.COS_REACH] as number
    const k = Math.min(1, ((numbers[base + STAND.RADIUS] as number) * cosEl) / this.ephemeris.apogee)
    const root = Math.sqrt(1 - k * k)
    const cosWidest = k * cosEl + root * sinEl
    const sinWidest = root * cosEl - k * sinEl
    this.limits[0] = cosOfSum(cosWidest, sinWidest, this.ephemeris.blockReach + BETWEEN_SAMPLES)
    this.limits[1] = cosOfSum(cosWidest, sinWidest, this.ephemeris.intervalReach + BETWEEN_SAMPLES)
    const cosSample = cosOfSum(
      cosWidest,
      sinWidest,
      (2 / PARTS) * this.ephemeris.intervalReach + BETWEEN_SAMPLES,
    )
    this.limits[2] = cosSample * (cosSample > 0 ? this.ephemeris.perigee : this.ephemeris.apogee)
  }

  private look(base: number): void {
    const { ephemeris, packed } = this
    const { middles, blocks, intervals } = ephemeris
    const { numbers } = packed
    const cx = numbers[base + STAND.CX] as number
    const cy = numbers[base + STAND.CY] as number
    const cz = numbers[base + STAND.CZ] as number
    const blockLimit = this.limits[0] as number
    const limit = this.limits[1] as number
    let run = -1
    let next = -1
    for (let block = 0; block * BLOCK < intervals; block++) {
      const b = 3 * block
      const toBlock =
        cx * (blocks[b] as number) + cy * (blocks[b + 1] as number) + cz * (blocks[b + 2] as number)
      if (toBlock < blockLimit) continue
      const last = Math.min(intervals, (block + 1) * BLOCK)
      for (let interval = block * BLOCK; interval < last; interval++) {
        const m = 3 * interval
        const toMiddle =
          cx * (middles[m] as number) + cy * (middles[m + 1] as number) + cz * (middles[m + 2] as number)
        if (toMiddle < limit) continue
        if (interval !== next) {
          if (run >= 0) this.walk(base, run * PARTS, next * PARTS)
          run = interval
        }
        next = interval + 1
      }
    }
    if (run >= 0) this.walk(base, run * PARTS, next * PARTS)
  }

  /** Looks at the samples from `first` to `last`, and into the steps between them where something happens. */
  private walk(base: number, first: number, last: number): void {
    const { packed } = this
    const { position, velocity } = this.ephemeris
    const { numbers } = packed
    const px = numbers[base + STAND.X] as number
    const py = numbers[base + STAND.Y] as number
    const pz = numbers[base + STAND.Z] as number
    const cosLat = numbers[base + STAND.COS_LAT] as number
    const ux = cosLat * (numbers[base + STAND.COS_LON] as number)
    const uy = cosLat * (numbers[base + STAND.SIN_LON] as number)
    const uz = numbers[base + STAND.SIN_LAT] as number
    const sinEl = numbers[base + STAND.SIN_EL] as number
    const squared = sinEl * Math.abs(sinEl)
    const cx = numbers[base + STAND.CX] as number
    const cy = numbers[base + STAND.CY] as number
    const cz = numbers[base + STAND.CZ] as number
    const limit = this.limits[2] as number
    const from = Math.max(first, this.firstSample)
    const to = Math.min(last, this.lastSample)
    let wasUp = false
    let wasClimbing = false
    let wasAbove = 0
    // Was the sample before this one looked at?
    let isNear = false
    for (let sample = from; sample <= to; sample++) {
      const at = 3 * sample
      const gx = position[at] as number
      const gy = position[at + 1] as number
      const gz = position[at + 2] as number
      if (cx * gx + cy * gy + cz * gz < limit) {
        wasUp = false
        wasClimbing = false
        isNear = false
        continue
      }
      const x = gx - px
      const y = gy - py
      const z = gz - pz
      const vx = velocity[at] as number
      const vy = velocity[at + 1] as number
      const vz = velocity[at + 2] as number
      const range2 = x * x + y * y + z * z
      const up = ux * x + uy * y + uz * z
      // The sine of the elevation above that of the lowest, without a root.
      const above = up * Math.abs(up) - squared * range2
      const isUp = above >= 0
      const isClimbing = (ux * vx + uy * vy + uz * vz) * range2 >= up * (x * vx + y * vy + z * vz)
      if (isNear) {
        const step = sample - 1
        if (isClimbing !== wasClimbing && (wasClimbing || isUp))
          this.solve(base, step, wasUp, isUp, wasClimbing)
        else if (isUp !== wasUp) {
          this.segment.load(this.ephemeris, step, base)
          this.cross(step, 0, 1, isUp, wasAbove / (wasAbove - above))
        }
      } else if (sample === this.firstSample && isUp) this.writer.beginUp(sample)
      isNear = true
      wasUp = isUp
      wasClimbing = isClimbing
      wasAbove = above
    }
  }

  /** What happens in a step with an extremum: a crossing on either side of it. */
  private solve(base: number, step: number, wasUp: boolean, isUp: boolean, wasClimbing: boolean): void {
    const { segment, writer } = this
    segment.load(this.ephemeris, step, base)
    const turn = segment.extremum(0, 1)
    const margin = segment.marginAt(turn)
    if (wasClimbing && this.isGraze(margin, turn) && this.graze(base, step + turn)) return
    const isAbove = margin >= 0
    // A top is no lower than either end, a dip no higher; so much for roundings.
    const isTurnUp = wasClimbing ? isAbove || wasUp || isUp : isAbove && wasUp && isUp
    if (isTurnUp !== wasUp) this.cross(step, 0, turn, isTurnUp, turn / 2)
    if (wasClimbing && isTurnUp) writer.top(step + turn, turn)
    if (isUp !== isTurnUp) this.cross(step, turn, 1, isUp, (turn + 1) / 2)
  }

  /** Is this top so low that the pass, if there is one, is over in a few seconds? */
  private isGraze(margin: number, turn: number): boolean {
    if (margin < -DOUBT_KM || margin > GRAZE_KM) return false
    return this.segment.marginAt(turn - ASIDE) < 0 && this.segment.marginAt(turn + ASIDE) < 0
  }

  /**
   * Puts the pass about a top, given in samples, as the propagator itself has it in place of what was found before.
   * @returns false when there is no position to be had
   */
  private graze(base: number, top: number): boolean {
    const { ephemeris, segment, closeUp, writer, satellite } = this
    const { startMs, sampleMs } = ephemeris
    const from = top - ASIDE
    const length = 2 * ASIDE
    if (satellite === null || !closeUp.take(satellite, startMs + from * sampleMs, length * sampleMs))
      return false
    segment.load(closeUp, 0, base)
    const turn = segment.extremum(0, 1)
    writer.drop()
    if (segment.marginAt(turn) < 0) return true
    const up = segment.crossing(0, turn, true, turn / 2)
    const down = segment.crossing(turn, 1, false, (1 + turn) / 2)
    writer.rise(from + length * up, up)
    writer.top(from + length * turn, turn)
    writer.set(from + length * down, down)
    return true
  }

  private cross(step: number, low: number, high: number, isRising: boolean, guess: number): void {
    const s = this.segment.crossing(low, high, isRising, guess)
    if (isRising) this.writer.rise(step + s, s)
    else this.writer.set(step + s, s)
  }
}

/** cos(a + b) for a and b of 0 to pi, and -1 from pi on. */
function cosOfSum(cosA: number, sinA: number, b: number): number {
  const cosB = Math.cos(b)
  const sinB = Math.sin(b)
  // a + b >= pi exactly when cos a <= cos(pi - b).
  return cosA <= -cosB ? -1 : cosA * cosB - sinA * sinB
}
