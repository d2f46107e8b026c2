import t from 'tap'
import { DriverError, type DriverFault } from '../../agent/drivers/fault.js'
import { SimulatedDriver } from '../../agent/drivers/simulated.js'
import { type GuardState, initialState, type OrderSource } from '../../agent/guard/state.js'
import { Setpoints } from '../../agent/setpoints.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'

const PARK = { az: MOUNT.parkAz, el: MOUNT.parkEl }

/** A rotator that tells what it was asked for. */
class Telltale extends SimulatedDriver {
  readonly asked: string[] = []
  fault: DriverFault | null = null

  override async moveTo(az: number, el: number): Promise<void> {
    this.asked.push(`move ${az} ${el}`)
  }
  override async park(): Promise<void> {
    this.asked.push('park')
    if (this.fault !== null) throw new DriverError(this.fault, -11, 'no')
  }
}

function bench(parkBy: 'position' | 'controller') {
  const driver = new Telltale({ azRate: 6, elRate: 6, start: PARK }, systemClock, Math.random)
  const log = new KeptLog()
  return { driver, log, setpoints: new Setpoints(driver, parkBy, log) }
}

const during = (source: OrderSource): GuardState => ({
  ...initialState(MOUNT, null),
  motion: {
    ...{ id: 'command-1', source, goal: PARK, goalAt: 0, setpoint: PARK, until: null },
    ...{ hasArrived: false, movedFrom: PARK, movedAt: 0 },
  },
})

t.test('only the last leg of a park becomes the word of the controller, and only where it may', async (t) => {
  const { driver, setpoints } = bench('controller')
  await setpoints.send(during('park'), { az: 10, el: PARK.el })
  await setpoints.send(during('manual'), PARK)
  await setpoints.send(during('park'), PARK)
  t.same(driver.asked, [`move 10 ${PARK.el}`, `move ${PARK.az} ${PARK.el}`, 'park'])
  const own = bench('position')
  await own.setpoints.send(during('park'), PARK)
  t.same(own.driver.asked, [`move ${PARK.az} ${PARK.el}`])
})

t.test('a controller without a park is asked once; one whose park fails is not sent elsewhere', async (t) => {
  const { driver, setpoints, log } = bench('controller')
  driver.fault = 'timeout'
  await t.rejects(setpoints.send(during('park'), PARK), { code: 'driver_failed' })
  t.same(driver.asked.splice(0), ['park'])
  driver.fault = 'not_available'
  await setpoints.send(during('park'), PARK)
  await setpoints.send(during('park'), PARK)
  const move = `move ${PARK.az} ${PARK.el}`
  t.same(driver.asked, ['park', move, move])
  t.equal(log.count(/no park of its own/), 1)
})
