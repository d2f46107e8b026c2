import t from 'tap'
import { SimulatedDriver } from '../../../agent/drivers/simulated.js'

t.test('the simulated rotator moves at its rates, stops, and takes no nonsense', async (t) => {
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const driver = new SimulatedDriver({ azRate: 6, elRate: 3, start: { az: 180, el: 45 } }, clock)
  t.match(await driver.start(), { limits: null })
  await driver.moveTo(200, 46)
  now = 1000
  t.same(await driver.position(), { az: 186, el: 46 })
  await driver.stop()
  now = 5000
  t.same(await driver.position(), { az: 186, el: 46 })
  await t.rejects(driver.moveTo(Number.NaN, 0), { code: 'driver_failed' })
  await driver.close()
})
