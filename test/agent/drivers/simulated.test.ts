import t from 'tap'
import type { DriverError } from '../../../agent/drivers/fault.js'
import { SimulatedDriver, type SimulatedOptions } from '../../../agent/drivers/simulated.js'
import { always } from '../../support/always.js'
import { seededRandom } from '../../support/random.js'

function world(options: Partial<SimulatedOptions> = {}) {
  const time = { now: 0 }
  const clock = { now: () => time.now, monotonic: () => time.now }
  const pick = seededRandom(7)
  const random = () => pick(1e9) / 1e9
  const whole = { azRate: 6, elRate: 3, start: { az: 180, el: 45 }, ...options }
  return { time, driver: new SimulatedDriver(whole, clock, random) }
}
const faultOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (cause: DriverError) => cause.fault,
  )

t.test('it moves at its rates, stops, parks, and takes no nonsense', async (t) => {
  const { driver, time } = world()
  t.match(await driver.start(), { limits: null })
  await driver.moveTo(200, 46, always)
  time.now = 1000
  t.same(await driver.position(), { az: 186, el: 46 })
  await driver.stop()
  time.now = 5000
  t.same(await driver.position(), { az: 186, el: 46 })
  t.equal(await faultOf(driver.moveTo(Number.NaN, 0, always)), 'invalid_parameter')
  await driver.park(always)
  time.now = 60_000
  t.same(await driver.position(), { az: 180, el: 45 })
  await driver.close()
})

t.test('with limits and steps of its own it behaves as a controller that has them', async (t) => {
  const { driver, time } = world({
    limits: { azMin: 0, azMax: 359.6, elMin: 0, elMax: 90 },
    steps: { az: 1, el: 1 },
  })
  t.equal(await faultOf(driver.moveTo(360, 0, always)), 'limit_exceeded')
  await driver.moveTo(359.6, 10.4, always)
  time.now = 600_000
  t.same(await driver.position(), { az: 359, el: 10 })
})

t.test('inertia: it runs on after a stop, and play: it points elsewhere than it reads', async (t) => {
  const { driver, time } = world({ azAccel: 2, elAccel: 2, azBacklash: 1 })
  await driver.moveTo(300, 45, always)
  time.now = 5000
  const { az } = await driver.position()
  await driver.stop()
  time.now = 20_000
  const rest = await driver.position()
  t.ok(rest.az > az + 8 && rest.az < az + 10, `${rest.az - az} degrees to come to rest`)
  t.ok(Math.abs(driver.pointing.az - (rest.az - 0.5)) < 0.01, 'half of the play behind')
})

t.test('noise scatters what is read, not where it points', async (t) => {
  const { driver } = world({ noise: 0.2 })
  const readings: number[] = []
  for (let i = 0; i < 500; i++) readings.push((await driver.position()).az - 180)
  const rms = Math.sqrt(readings.reduce((sum, v) => sum + v * v, 0) / readings.length)
  t.ok(rms > 0.17 && rms < 0.23, String(rms))
  t.same(driver.pointing, { az: 180, el: 45 })
})

t.test('each fault does what it says, for as long as it says', async (t) => {
  const during = (kind: 'stall' | 'silent' | 'refuse' | 'frozen' | 'jump' | 'runaway') =>
    world({ faults: [{ kind, fromS: 1, lastsS: 2 }] })

  const stall = during('stall')
  await stall.driver.moveTo(240, 45, always)
  stall.time.now = 5000
  t.same(await stall.driver.position(), { az: 198, el: 45 }, 'three of five seconds it moved')

  const silent = during('silent')
  silent.time.now = 1000
  t.equal(await faultOf(silent.driver.position()), 'timeout')
  t.equal(await faultOf(silent.driver.stop()), 'timeout')
  silent.time.now = 3000
  t.same(await silent.driver.position(), { az: 180, el: 45 })

  const refuse = during('refuse')
  refuse.time.now = 2000
  t.equal(await faultOf(refuse.driver.moveTo(190, 45, always)), 'rejected')

  const frozen = during('frozen')
  await frozen.driver.moveTo(240, 45, always)
  frozen.time.now = 900
  const before = await frozen.driver.position()
  frozen.time.now = 2000
  t.same(await frozen.driver.position(), before)
  t.equal(frozen.driver.pointing.az, 192, 'while it goes on')

  const jump = during('jump')
  jump.time.now = 2000
  t.equal((await jump.driver.position()).az, 300)

  const runaway = during('runaway')
  await runaway.driver.moveTo(190, 45, always)
  runaway.time.now = 3000
  await runaway.driver.stop()
  t.equal((await runaway.driver.position()).az, 198, 'two seconds away from its target')
})
