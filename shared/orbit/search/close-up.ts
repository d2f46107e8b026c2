/**
 * A closer look at the top of a pass that hardly comes above the lowest elevation: there a metre of interpolation is a
 * tenth of a second, or a pass more or less. A few moments about the top are propagated themselves.
 * @module
 */
import { siderealAngle } from '../earth.js'
import type { Satellite } from '../propagate.js'

const POINTS = 4

export class CloseUp {
  /** Earth-fixed positions, x y z in turn, and velocities (km for the stretch) at the begin and the end of the stretch. */
  readonly position = new Float64Array(6)
  readonly velocity = new Float64Array(6)
  private readonly points = new Float64Array(3 * POINTS)

  /**
   * Takes the stretch from `fromMs` on, `lengthMs` long and short enough for a cubic.
   * @returns false when there is no position in it
   */
  take(satellite: Satellite, fromMs: number, lengthMs: number): boolean {
    const { points, position, velocity } = this
    const apart = lengthMs / (POINTS - 1)
    if (satellite.placesAt(fromMs, apart, 0, POINTS, points) < POINTS) return false
    for (let i = 0; i < POINTS; i++) {
      const angle = siderealAngle(fromMs + i * apart)
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
      const [x, y] = [points[3 * i] as number, points[3 * i + 1] as number]
      points[3 * i] = cos * x + sin * y
      points[3 * i + 1] = cos * y - sin * x
    }
    for (let axis = 0; axis < 3; axis++) {
      const [a, b, c, d] = [0, 3, 6, 9].map((i) => points[i + axis] as number) as [
        number,
        number,
        number,
        number,
      ]
      position[axis] = a
      position[axis + 3] = d
      // The slopes at both ends of the cubic through the four points.
      velocity[axis] = -5.5 * a + 9 * b - 4.5 * c + d
      velocity[axis + 3] = -a + 4.5 * b - 9 * c + 5.5 * d
    }
    return true
  }
}
