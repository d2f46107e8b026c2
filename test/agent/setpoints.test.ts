import t from 'tap'
import { DriverError, type DriverFault } from '../../agent/drivers/fault.js'
import type { MayLeave } from '../../agent/drivers/rotator.js'
import { SimulatedDriver } from '../../agent/drivers/simulated.js'
import { type GuardState, initialState, type OrderSource } from '../../agent/guard/state.js'
import { Setpoints } from '../../agent/setpoints.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog } from '../support/agent-bench.js'
import { always } from '../support/always.js'
import { MOUNT } from '../support/mounts.js'

const PARK = { az: MOUNT.parkAz, el: MOUNT.parkEl }

/** A rotator that tells what it was asked for. */
class Telltale extends SimulatedDriver {
  readonly asked: string[] = []
  fault: DriverFault | null = null

  override async moveTo(az: number, el: number, mayLeave: MayLeave): Promise<boolean> {
    if (mayLeave()) this.asked.push(`move ${az} ${el}`)
    return mayLeave()
  }
  override async park(): Promise<boolean> {
    this.asked.push('park')
    if (this.fault !== null) throw new DriverError(this.fault, -11, 'no')
    return true
  }
}

function bench(parkBy: 'position' | 'controller') {
  const driver = new Telltale({ azRate: 6, elRate: 6, start: PARK }, systemClock, Math.random)
  const log = new KeptLog()
  return { driver, log, setpoints: new Setpoints(driver, parkBy, systemClock, log) }
}

const during = (source: OrderSource): GuardState => ({
  ...initialState(MOUNT, null),
  motion: {
    ...{ id: 'command-1', source, goal: PARK, goalAt: 0, setpoint: PARK, until: null },
    ...{ isSent: false, hasArrived: false, movedFrom: PARK, movedAt: 0, away: { az: 0, el: 0 } },
  },
})

t.test('only the last leg of a park becomes the word of the controller, and only where it may', async (t) => {
  const { driver, setpoints } = bench('controller')
  await setpoints.send(during('park'), { az: 10, el: PARK.el }, always)
  await setpoints.send(during('manual'), PARK, always)
  await setpoints.send(during('park'), PARK, always)
  t.same(driver.asked, [`move 10 ${PARK.el}`, `move ${PARK.az} ${PARK.el}`, 'park'])
  const own = bench('position')
  await own.setpoints.send(during('park'), PARK, always)
  t.same(own.driver.asked, [`move ${PARK.az} ${PARK.el}`])
})

t.test('a controller without a park is asked once; one whose park fails is not sent elsewhere', async (t) => {
  const { driver, setpoints, log } = bench('controller')
  driver.fault = 'timeout'
  await t.rejects(setpoints.send(during('park'), PARK, always), { code: 'driver_failed' })
  t.same(driver.asked.splice(0), ['park'])
  driver.fault = 'not_available'
  await setpoints.send(during('park'), PARK, always)
  await setpoints.send(during('park'), PARK, always)
  const move = `move ${PARK.az} ${PARK.el}`
  t.same(driver.asked, ['park', move, move])
  t.equal(log.count(/no park of its own/), 1)
})

t.test(
  'the controller has a target while it is fresh or reached, and no more once it was stopped',
  async (t) => {
    let now = 0
    const clock = { now: () => now, monotonic: () => now }
    const driver = new Telltale({ azRate: 6, elRate: 6, start: PARK }, clock, Math.random)
    const setpoints = new Setpoints(driver, 'position', clock, new KeptLog())
    const target = { az: 10, el: 20 }
    const guard = during('manual')
    t.equal(setpoints.has(guard, target), false)
    t.equal(await setpoints.send(guard, target, () => false), false)
    t.equal(setpoints.has(guard, target), false, 'what might not leave is not had')
    await setpoints.send(guard, target, always)
    t.equal(setpoints.has(guard, target), true)
    t.equal(setpoints.has(guard, { ...target, el: 20.01 }), false)
    now += 2000
    t.equal(setpoints.has(guard, target), false, 'the line may have lost it')
    t.equal(setpoints.has({ ...guard, position: { az: 10.5, el: 20, at: now } }, target), true)
    setpoints.forget()
    t.equal(setpoints.has({ ...guard, position: { az: 10.5, el: 20, at: now } }, target), false)
    const onItsWay = setpoints.send(guard, target, always)
    setpoints.forget()
    await onItsWay
    t.equal(setpoints.has(guard, target), false, 'a stop came while it was on its way')
  },
)
