import t from 'tap'
import type { DriverError } from '../../../agent/drivers/fault.js'
import { sendable } from '../../../agent/drivers/target.js'

const LIMITS = { azMin: 0, azMax: 360, elMin: 0, elMax: 90 }
const STEPS = { az: 1, el: 1 }

function faultOf(az: number, el: number): string {
  try {
    sendable(LIMITS, STEPS, { az, el })
    return 'none'
  } catch (cause) {
    const { fault, rprt } = cause as DriverError
    return `${fault} ${rprt}`
  }
}

t.test('G1: a target is put on a step, and what is no number or lies outside is never sent', (t) => {
  t.same(sendable(LIMITS, STEPS, { az: 123.4, el: 89.6 }), { az: 123, el: 90 })
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    t.equal(faultOf(bad, 0), 'invalid_parameter -1')
    t.equal(faultOf(0, bad), 'invalid_parameter -1')
  }
  for (const az of [-0.01, 360.01]) t.equal(faultOf(az, 0), 'limit_exceeded -21')
  for (const el of [-0.01, 90.01]) t.equal(faultOf(0, el), 'limit_exceeded -21')
  t.end()
})
