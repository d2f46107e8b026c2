/** Passes for tests: a satellite at 550 km on a straight line over a flat patch of the Earth, which is near enough. */
import fc from 'fast-check'

const RAD = 180 / Math.PI
const HEIGHT_KM = 550
const SPEED_KM_S = 7.5

export interface TestPass {
  readonly az: number[]
  readonly el: number[]
  readonly dtMs: number
}

/** From 10 degrees up to `maxEl` and down again, moving to the left of `azAtTop`. */
export function straightPass(options: { maxEl: number; azAtTop: number; dtMs?: number }): TestPass {
  const { maxEl, azAtTop, dtMs = 1000 } = options
  const aside = HEIGHT_KM / Math.tan(maxEl / RAD)
  const reach = HEIGHT_KM / Math.tan(10 / RAD)
  const half = Math.sqrt(Math.max(0, reach * reach - aside * aside))
  const az: number[] = []
  const el: number[] = []
  for (let along = -half; along <= half; along += (SPEED_KM_S * dtMs) / 1000) {
    az.push((((azAtTop - Math.atan2(along, aside) * RAD) % 360) + 360) % 360)
    el.push(Math.atan2(HEIGHT_KM, Math.hypot(along, aside)) * RAD)
  }
  return { az, el, dtMs }
}

export const anyPass: fc.Arbitrary<TestPass> = fc
  .record({
    maxEl: fc.double({ min: 15, max: 89.9, noNaN: true }),
    azAtTop: fc.double({ min: 0, max: 360, noNaN: true }),
    dtMs: fc.constantFrom(500, 1000, 2000),
  })
  .map(straightPass)
