/**
 * The way of a satellite from one sample to the next in the sky of one stand: east, north and up as cubics of the share
 * `s` of the step, 0 to 1 (Hermite, from positions and velocities at both ends). Numbers live in arrays of doubles and in
 * locals: V8 would allocate each double that goes through a field or a closure.
 * @module
 */
import { STAND } from './stands.js'

/** Positions (km) and velocities (km for a step) at samples, Earth-fixed, x y z in turn. */
export interface Samples {
  readonly position: Float64Array
  readonly velocity: Float64Array
}

/** Shares of a step, 2 ms on a low orbit: a search whose last move was as small as this has converged far beyond it. */
const TOLERANCE = 3e-5
const MOST_STEPS = 50

/** Where each number of `Segment.sky` is. */
export const SKY = {
  /** km from the stand. */
  EAST: 0,
  NORTH: 1,
  UP: 2,
  RANGE: 3,
  /** km for the whole step. */
  EAST_RATE: 4,
  NORTH_RATE: 5,
  UP_RATE: 6,
} as const

export class Segment {
  /** What `lookAt` found. */
  readonly sky = new Float64Array(7)
  /** Coefficients of east, north and up, constant first. */
  private readonly cubic = new Float64Array(12)
  private readonly numbers: Float64Array
  private base = 0

  /** @param numbers those of the stands */
  constructor(numbers: Float64Array) {
    this.numbers = numbers
  }

  /**
   * The step after a sample.
   * @param base where the numbers of the stand begin
   */
  load({ position: p, velocity: v }: Samples, sample: number, base: number): void {
    this.base = base
    const { cubic, numbers: n } = this
    const at = 3 * sample
    const x = p[at] as number
    const y = p[at + 1] as number
    const z = p[at + 2] as number
    const dx = (p[at + 3] as number) - x
    const dy = (p[at + 4] as number) - y
    const dz = (p[at + 5] as number) - z
    const vx = v[at] as number
    const vy = v[at + 1] as number
    const vz = v[at + 2] as number
    const wx = v[at + 3] as number
    const wy = v[at + 4] as number
    const wz = v[at + 5] as number
    const sinLat = n[base + STAND.SIN_LAT] as number
    const cosLat = n[base + STAND.COS_LAT] as number
    const sinLon = n[base + STAND.SIN_LON] as number
    const cosLon = n[base + STAND.COS_LON] as number
    const px = x - (n[base + STAND.X] as number)
    const py = y - (n[base + STAND.Y] as number)
    const pz = z - (n[base + STAND.Z] as number)
    for (let power = 0; power < 4; power++) {
      const cx = power === 0 ? px : power === 1 ? vx : power === 2 ? 3 * dx - 2 * vx - wx : vx + wx - 2 * dx
      const cy = power === 0 ? py : power === 1 ? vy : power === 2 ? 3 * dy - 2 * vy - wy : vy + wy - 2 * dy
      const cz = power === 0 ? pz : power === 1 ? vz : power === 2 ? 3 * dz - 2 * vz - wz : vz + wz - 2 * dz
      const out = cosLon * cx + sinLon * cy
      cubic[power] = cosLon * cy - sinLon * cx
      cubic[4 + power] = cosLat * cz - sinLat * out
      cubic[8 + power] = cosLat * out + sinLat * cz
    }
  }

  /** Writes where the satellite stands in the sky at `s` to `sky`. */
  lookAt(s: number): void {
    const { cubic, sky } = this
    const e1 = cubic[1] as number
    const e2 = cubic[2] as number
    const e3 = cubic[3] as number
    const n1 = cubic[5] as number
    const n2 = cubic[6] as number
    const n3 = cubic[7] as number
    const u1 = cubic[9] as number
    const u2 = cubic[10] as number
    const u3 = cubic[11] as number
    const east = (cubic[0] as number) + s * (e1 + s * (e2 + s * e3))
    const north = (cubic[4] as number) + s * (n1 + s * (n2 + s * n3))
    const up = (cubic[8] as number) + s * (u1 + s * (u2 + s * u3))
    sky[SKY.EAST] = east
    sky[SKY.NORTH] = north
    sky[SKY.UP] = up
    sky[SKY.RANGE] = Math.sqrt(east * east + north * north + up * up)
    sky[SKY.EAST_RATE] = e1 + s * (2 * e2 + 3 * s * e3)
    sky[SKY.NORTH_RATE] = n1 + s * (2 * n2 + 3 * s * n3)
    sky[SKY.UP_RATE] = u1 + s * (2 * u2 + 3 * s * u3)
  }

  /** The sine of the elevation at what was looked at last. */
  get sinElevation(): number {
    return (this.sky[SKY.UP] as number) / (this.sky[SKY.RANGE] as number)
  }

  /** By how much the satellite is above the lowest elevation of the stand at `s`, as a length, km. */
  marginAt(s: number): number {
    this.lookAt(s)
    const { sky, numbers, base } = this
    return (sky[SKY.UP] as number) - (numbers[base + STAND.SIN_EL] as number) * (sky[SKY.RANGE] as number)
  }

  /** Does it climb at `s`? */
  isClimbingAt(s: number): boolean {
    this.lookAt(s)
    const { sky } = this
    const up = sky[SKY.UP] as number
    const range = sky[SKY.RANGE] as number
    const along =
      (sky[SKY.EAST] as number) * (sky[SKY.EAST_RATE] as number) +
      (sky[SKY.NORTH] as number) * (sky[SKY.NORTH_RATE] as number) +
      up * (sky[SKY.UP_RATE] as number)
    return (sky[SKY.UP_RATE] as number) * range * range >= up * along
  }

  /**
   * Where the satellite comes above, or falls below, the lowest elevation between two shares. Newton on the length by
   * which it is above, held inside the bracket, from a guess in it.
   */
  crossing(low: number, high: number, isRising: boolean, guess: number): number {
    const { cubic: c } = this
    const sinEl = this.numbers[this.base + STAND.SIN_EL] as number
    const e0 = c[0] as number
    const e1 = c[1] as number
    const e2 = c[2] as number
    const e3 = c[3] as number
    const n0 = c[4] as number
    const n1 = c[5] as number
    const n2 = c[6] as number
    const n3 = c[7] as number
    const u0 = c[8] as number
    const u1 = c[9] as number
    const u2 = c[10] as number
    const u3 = c[11] as number
    let a = low
    let b = high
    let s = guess
    for (let step = 0; step < MOST_STEPS; step++) {
      const east = e0 + s * (e1 + s * (e2 + s * e3))
      const north = n0 + s * (n1 + s * (n2 + s * n3))
      const up = u0 + s * (u1 + s * (u2 + s * u3))
      const range = Math.sqrt(east * east + north * north + up * up)
      const above = up - sinEl * range
      if (above < 0 === isRising) a = s
      else b = s
      const upRate = u1 + s * (2 * u2 + 3 * s * u3)
      const along =
        east * (e1 + s * (2 * e2 + 3 * s * e3)) + north * (n1 + s * (2 * n2 + 3 * s * n3)) + up * upRate
      const next = s - above / (upRate - (sinEl * along) / range)
      const moved = next - s
      if (moved < TOLERANCE && moved > -TOLERANCE) return next < a ? a : next > b ? b : next
      s = next > a && next < b ? next : (a + b) / 2
      if (b - a < 1e-9) return s
    }
    return s
  }

  /** Where the elevation is highest, or lowest, between two shares: a secant in its Illinois form on its rate. */
  extremum(low: number, high: number): number {
    const { cubic: c } = this
    const e0 = c[0] as number
    const e1 = c[1] as number
    const e2 = c[2] as number
    const e3 = c[3] as number
    const n0 = c[4] as number
    const n1 = c[5] as number
    const n2 = c[6] as number
    const n3 = c[7] as number
    const u0 = c[8] as number
    const u1 = c[9] as number
    const u2 = c[10] as number
    const u3 = c[11] as number
    let a = low
    let b = high
    let climbA = 0
    let climbB = 0
    let side = 0
    let s = low
    for (let step = 0; step < MOST_STEPS; step++) {
      const east = e0 + s * (e1 + s * (e2 + s * e3))
      const north = n0 + s * (n1 + s * (n2 + s * n3))
      const up = u0 + s * (u1 + s * (u2 + s * u3))
      const upRate = u1 + s * (2 * u2 + 3 * s * u3)
      const along =
        east * (e1 + s * (2 * e2 + 3 * s * e3)) + north * (n1 + s * (2 * n2 + 3 * s * n3)) + up * upRate
      // The rate of the sine of the elevation, times the cube of the range.
      const climb = upRate * (east * east + north * north + up * up) - up * along
      if (step === 0) {
        climbA = climb
        s = high
        continue
      }
      if (step === 1) {
        climbB = climb
        // By a rounding the signs may be equal after all: then it lies at the end that is nearer to it.
        if (climbA < 0 === climbB < 0) return Math.abs(climbA) < Math.abs(climbB) ? low : high
      } else if (climb < 0 === climbB < 0) {
        const moved = b - s
        b = s
        climbB = climb
        if (moved < TOLERANCE) return s
        if (side === 1) climbA /= 2
        side = 1
      } else {
        const moved = s - a
        a = s
        climbA = climb
        if (moved < TOLERANCE) return s
        if (side === -1) climbB /= 2
        side = -1
      }
      s = b - (climbB * (b - a)) / (climbB - climbA)
    }
    return s
  }
}
