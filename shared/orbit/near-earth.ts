/**
 * SGP4's near-earth branch for evenly spaced moments, positions only: the same model and the same numbers as
 * satellite.js's `sgp4()` to 1e-8 km (a test holds both together over a catalogue), in a fifth of its time. Angles that
 * grow evenly are turned on from one moment to the next, small corrections are added by their series, and no sine is
 * left in the loop for a usual orbit.
 *
 * Names of quantities as in AIAA 2006-6753, appendix; lengths in Earth radii, angles in radians, time in minutes.
 * @module
 */
import type { SatRec } from 'satellite.js'

/** WGS72, as satellite.js has them. */
const EARTH_RADIUS = 6378.135
const MU = 398_600.8
const XKE = 60 / Math.sqrt(EARTH_RADIUS ** 3 / MU)
const J2 = 0.001_082_616
/** Up to this angle (rad) the series below are exact to 2e-15. */
const SMALL = 0.01
/** Up to this move (rad) Kepler's equation is solved to 1e-13 rad, since the next move is of its third power. */
const SOLVED = 3e-4
const KEPLER_STEPS = 10
/** Moments after which the angles are worked out afresh, before roundings add up. */
const AFRESH = 32

export class NearEarth {
  /** Semi-major axis before drag. */
  private readonly axis: number
  private readonly sinI: number
  private readonly cosI: number

  /** @param record made by satellite.js, whose `method` is `n`; it is only read */
  constructor(private readonly record: SatRec) {
    this.axis = (XKE / record.no) ** (2 / 3)
    this.sinI = Math.sin(record.inclo)
    this.cosI = Math.cos(record.inclo)
  }

  /**
   * Writes positions (TEME, km), x y z in turn, for the moments `from` to before `to`, of which number 0 is at `first`
   * minutes since the epoch.
   * @returns the first moment at which SGP4 reports an error, or `to`
   */
  places(first: number, step: number, from: number, to: number, out: Float64Array): number {
    const { axis, sinI, cosI } = this
    const {
      mo,
      mdot,
      argpo,
      argpdot,
      nodeo,
      nodedot,
      nodecf,
      cc1,
      t2cof,
      omgcof,
      eta,
      xmcof,
      delmo,
      d2,
      d3,
      d4,
      sinmao,
      t3cof,
      t4cof,
      t5cof,
      no,
      ecco,
      aycof,
      xlcof,
      con41,
      x1mth2,
      x7thm1,
      isimp,
    } = this.record
    const c4 = this.record.bstar * this.record.cc4
    const c5 = this.record.bstar * this.record.cc5
    const turnSinM = Math.sin(mdot * step)
    const turnCosM = Math.cos(mdot * step)
    const turnSinW = Math.sin(argpdot * step)
    const turnCosW = Math.cos(argpdot * step)
    const turnSinN = Math.sin(nodedot * step)
    const turnCosN = Math.cos(nodedot * step)
    let sinM = 0
    let cosM = 0
    let sinW = 0
    let cosW = 0
    let sinN = 0
    let cosN = 0
    for (let i = from; i < to; i++) {
      const t = first + i * step
      // Mean anomaly, argument of perigee and node under secular gravity.
      if ((i - from) % AFRESH === 0) {
        sinM = Math.sin(mo + mdot * t)
        cosM = Math.cos(mo + mdot * t)
        sinW = Math.sin(argpo + argpdot * t)
        cosW = Math.cos(argpo + argpdot * t)
        sinN = Math.sin(nodeo + nodedot * t)
        cosN = Math.cos(nodeo + nodedot * t)
      } else {
        const wasM = sinM
        sinM = wasM * turnCosM + cosM * turnSinM
        cosM = cosM * turnCosM - wasM * turnSinM
        const wasW = sinW
        sinW = wasW * turnCosW + cosW * turnSinW
        cosW = cosW * turnCosW - wasW * turnSinW
        const wasN = sinN
        sinN = wasN * turnCosN + cosN * turnSinN
        cosN = cosN * turnCosN - wasN * turnSinN
      }
      // Drag.
      const t2 = t * t
      let tempa = 1 - cc1 * t
      let tempe = c4 * t
      let templ = t2cof * t2
      let sinArgp = sinW
      let cosArgp = cosW
      if (isimp !== 1) {
        const delm = 1 + eta * cosM
        const shift = omgcof * t + xmcof * (delm * delm * delm - delmo)
        const sin = sinOf(shift)
        const cos = cosOf(shift)
        sinArgp = sinW * cos - cosW * sin
        cosArgp = cosW * cos + sinW * sin
        tempa -= t2 * (d2 + t * (d3 + t * d4))
        tempe += c5 * (sinM * cos + cosM * sin - sinmao)
        templ += t2 * t * (t3cof + t * (t4cof + t * t5cof))
      }
      // Where drag has used the axis up, SGP4 itself goes on with garbage.
      if (!(tempa > 0)) return i
      const a = axis * tempa * tempa
      let e = ecco - tempe
      if (e >= 1 || e < -0.001) return i
      if (e < 1e-6) e = 1e-6
      // Long-period periodics.
      const perA = 1 / (a * (1 - e * e))
      const axn = e * cosArgp
      const ayn = e * sinArgp + perA * aycof
      const longPeriod = no * templ + perA * xlcof * axn
      // Kepler's equation, by Halley, for the eccentric longitude from the node; `move` counts from the mean one.
      const sinMW = sinM * cosW + cosM * sinW
      const cosMW = cosM * cosW - sinM * sinW
      const sinL = sinOf(longPeriod)
      const cosL = cosOf(longPeriod)
      let sinE = sinMW * cosL + cosMW * sinL
      let cosE = cosMW * cosL - sinMW * sinL
      let moved = 0
      for (let k = 0; k < KEPLER_STEPS; k++) {
        const eSinE = axn * sinE - ayn * cosE
        const perSlope = 1 / (1 - axn * cosE - ayn * sinE)
        const newton = (eSinE - moved) * perSlope
        let move = newton / (1 + 0.5 * newton * eSinE * perSlope)
        if (move > 0.95) move = 0.95
        else if (move < -0.95) move = -0.95
        moved += move
        const sin = sinOf(move)
        const cos = cosOf(move)
        const was = sinE
        sinE = was * cos + cosE * sin
        cosE = cosE * cos - was * sin
        if (move < SOLVED && move > -SOLVED) break
      }
      // Short-period periodics.
      const eSinE = axn * sinE - ayn * cosE
      const e2 = axn * axn + ayn * ayn
      const p = a * (1 - e2)
      if (p < 0) return i
      const stretch = 1 - axn * cosE - ayn * sinE
      const ratio = 1 / stretch
      const radius = a * stretch
      const beta = Math.sqrt(1 - e2)
      const share = eSinE / (1 + beta)
      const sinU = ratio * (sinE - ayn - axn * share)
      const cosU = ratio * (cosE - axn + ayn * share)
      const sin2U = 2 * cosU * sinU
      const cos2U = 1 - 2 * sinU * sinU
      const perP = 1 / p
      const k1 = 0.5 * J2 * perP
      const k2 = k1 * perP
      const distance = radius * (1 - 1.5 * k2 * beta * con41) + 0.5 * k1 * x1mth2 * cos2U
      // Also true for NaN.
      if (!(distance >= 1)) return i
      const du = -0.25 * k2 * x7thm1 * sin2U
      const dNode = 1.5 * k2 * cosI * sin2U + nodecf * t2
      const dI = 1.5 * k2 * cosI * sinI * cos2U
      const sinDu = sinOf(du)
      const cosDu = cosOf(du)
      const sinSu = sinU * cosDu + cosU * sinDu
      const cosSu = cosU * cosDu - sinU * sinDu
      const sinDn = sinOf(dNode)
      const cosDn = cosOf(dNode)
      const sinNode = sinN * cosDn + cosN * sinDn
      const cosNode = cosN * cosDn - sinN * sinDn
      const sinDi = sinOf(dI)
      const cosDi = cosOf(dI)
      const sinInc = sinI * cosDi + cosI * sinDi
      const cosInc = cosI * cosDi - sinI * sinDi
      const length = distance * EARTH_RADIUS
      const at = 3 * i
      out[at] = length * (cosNode * cosSu - sinNode * cosInc * sinSu)
      out[at + 1] = length * (sinNode * cosSu + cosNode * cosInc * sinSu)
      out[at + 2] = length * sinInc * sinSu
    }
    return to
  }
}

function sinOf(x: number): number {
  if (x > SMALL || x < -SMALL) return Math.sin(x)
  const x2 = x * x
  return x - x * x2 * (1 / 6 - x2 * (1 / 120))
}

function cosOf(x: number): number {
  if (x > SMALL || x < -SMALL) return Math.cos(x)
  const x2 = x * x
  return 1 - x2 * (0.5 - x2 * (1 / 24))
}
