import t, { type Test } from 'tap'
import type { DriverError } from '../../../agent/drivers/fault.js'
import { RotctldDriver } from '../../../agent/drivers/rotctld.js'
import { always } from '../../support/always.js'
import { DUMP, fakeRotctld, honest, INFO, type Reply, startRotctld } from '../../support/rotctld.js'

function driverOn(t: Test, port: number, model: number | null = null): RotctldDriver {
  const driver = new RotctldDriver({ host: '127.0.0.1', port, allowRemote: false, model })
  t.teardown(() => driver.close())
  return driver
}

/** A driver on a daemon that answers honestly except where `reply` says otherwise (undefined: honest). */
async function against(t: Test, reply: (line: string, n: number) => Reply | undefined) {
  let n = 0
  const daemon = await fakeRotctld(t, (line) => {
    const answer = reply(line, n++)
    return answer === undefined ? honest(line) : answer
  })
  return { daemon, driver: driverOn(t, daemon.port) }
}

const faultOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'none'
  } catch (cause) {
    return (cause as DriverError).fault
  }
}

const isPos = (line: string) => line === '+\\get_pos'

t.test('real rotctld: limits, position, motion, stop, and its own refusals by name', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const driver = driverOn(t, daemon.port)
  t.same(await driver.start(), {
    model: 'Dummy rotator',
    limits: { azMin: -180, azMax: 450, elMin: 0, elMax: 90 },
    steps: { az: 100, el: 100 },
  })
  t.same(await driver.position(), { az: 0, el: 0 })
  await driver.moveTo(90, 30, always)
  while ((await driver.position()).az < 1);
  await driver.stop()
  const { az } = await driver.position()
  t.ok(az >= 1 && az < 90)
  t.equal((await driver.position()).az, az, 'it stands')
  await t.rejects(driver.moveTo(451, 0, always), {
    code: 'driver_failed',
    fault: 'limit_exceeded',
    rprt: -21,
  })
})

t.test('G1: no number that is not one reaches the real rotctld', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const driver = driverOn(t, daemon.port)
  await driver.position()
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e21, -99_999]) {
    t.match(await faultOf(driver.moveTo(bad, 0, always)), /invalid_parameter|limit_exceeded/)
    t.match(await faultOf(driver.moveTo(0, bad, always)), /invalid_parameter|limit_exceeded/)
  }
  t.same(await driver.position(), { az: 0, el: 0 }, 'P nan nan would have made it run away')
})

t.test('a daemon that dies and comes back is found again', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const driver = driverOn(t, daemon.port)
  await driver.start()
  await daemon.kill()
  t.equal(await faultOf(driver.position()), 'disconnected')
  t.equal(await faultOf(driver.position()), 'disconnected')
  await daemon.revive()
  t.same(await driver.position(), { az: 0, el: 0 })
})

t.test('an answer in pieces of one byte is one answer', async (t) => {
  const { driver } = await against(t, (line) => [...honest(line)])
  t.same(await driver.position(), { az: 10, el: 20 })
})

t.test('silence ends in a time-out of one second, and the next request makes a new connection', async (t) => {
  const { driver, daemon } = await against(t, (line, n) => (isPos(line) && n < 3 ? null : undefined))
  const begin = performance.now()
  t.equal(await faultOf(driver.position()), 'timeout')
  const took = performance.now() - begin
  t.ok(took > 900 && took < 1400, `${took} ms`)
  t.same(await driver.position(), { az: 10, el: 20 })
  t.equal(daemon.connections(), 2)
})

t.test('the answer to another question desynchronises, and is believed by nobody', async (t) => {
  const wrong: Record<string, Reply> = {
    'of another command': 'stop:\nRPRT 0\n',
    'without an echo': '10.00\n20.00\nRPRT 0\n',
    'with the end alone': 'RPRT 0\n',
    'with two ends': 'get_pos:\nAzimuth: 1\nElevation: 2\nRPRT 0\nRPRT 0\n',
    'with more behind it': 'get_pos:\nAzimuth: 1\nElevation: 2\nRPRT 0\nget_pos:\n',
    'with carriage returns': 'get_pos:\r\nAzimuth: 1\r\nElevation: 2\r\nRPRT 0\n',
  }
  for (const [what, answer] of Object.entries(wrong)) {
    let isFirst = true
    const { driver, daemon } = await against(t, (line) => {
      if (!isPos(line) || !isFirst) return undefined
      isFirst = false
      return answer
    })
    t.equal(await faultOf(driver.position()), 'desynchronised', what)
    t.same(await driver.position(), { az: 10, el: 20 }, 'and the next is right')
    t.equal(daemon.connections(), 2)
  }
})

t.test('the echo of another target is no confirmation', async (t) => {
  const { driver } = await against(t, (line) =>
    line.startsWith('+\\set_pos') ? 'set_pos: 1.00 2.00\nRPRT 0\n' : undefined,
  )
  await driver.position()
  t.equal(await faultOf(driver.moveTo(10, 20, always)), 'desynchronised')
})

t.test('what is no position is none', async (t) => {
  for (const value of ['nan', 'inf', '-nan', '1e3', '0x10', '', '10,5', '999999', '1.2.3', ' 5', '١٢']) {
    const { driver } = await against(t, (line) =>
      isPos(line) ? `get_pos:\nAzimuth: ${value}\nElevation: 0.00\nRPRT 0\n` : undefined,
    )
    t.equal(await faultOf(driver.position()), 'unreadable', JSON.stringify(value))
  }
  const { driver } = await against(t, (line) =>
    isPos(line) ? 'get_pos:\nAzimuth: 1.00\nRPRT 0\n' : undefined,
  )
  t.equal(await faultOf(driver.position()), 'unreadable', 'elevation missing')
})

t.test('an endless line is cut off', async (t) => {
  const { driver, daemon } = await against(t, (line) =>
    isPos(line) ? Array.from({ length: 200 }, () => 'A'.repeat(1000)) : undefined,
  )
  t.equal(await faultOf(driver.position()), 'desynchronised')
  t.equal(daemon.connections(), 1)
})

t.test('endless lines are cut off', async (t) => {
  const { driver } = await against(t, (line) =>
    isPos(line)
      ? ['get_pos:\n', ...Array.from({ length: 200 }, () => 'Azimuth: 1.00\n'.repeat(20))]
      : undefined,
  )
  t.equal(await faultOf(driver.position()), 'desynchronised')
})

t.test('a daemon that hangs up in the middle is a fault, not a hang', async (t) => {
  const { driver } = await against(t, (line) => (isPos(line) ? 'end' : undefined))
  t.equal(await faultOf(driver.position()), 'disconnected')
})

t.test(
  'a daemon that speaks unasked loses the connection, so that its words answer no question',
  async (t) => {
    const { driver, daemon } = await against(t, () => undefined)
    await driver.start()
    const left = daemon.left()
    daemon.say('get_pos:\nAzimuth: 99.00\nElevation: 9.00\nRPRT 0\n')
    await left
    t.same(await driver.position(), { az: 10, el: 20 })
    t.equal(daemon.connections(), 2)
  },
)

t.test('every code of Hamlib has a name', async (t) => {
  let code = 0
  const { driver } = await against(t, (line) => (line === '+\\stop' ? `stop:\nRPRT ${code}\n` : undefined))
  const names = new Set<string>()
  for (code = -1; code >= -22; code--) {
    const error = (await driver.stop().catch((cause: unknown) => cause)) as DriverError
    t.equal(error.rprt, code)
    names.add(error.fault)
  }
  t.equal(names.size, 22)
  code = -77
  t.equal(await faultOf(driver.stop()), 'unknown_code')
})

t.test('one request is in flight at a time', async (t) => {
  const { driver, daemon } = await against(t, (line) => [honest(line).slice(0, 5), honest(line).slice(5)])
  await driver.position()
  await Promise.all([driver.position(), driver.moveTo(1, 2, always), driver.stop(), driver.position()])
  t.equal(daemon.overlaps(), 0)
})

t.test('a daemon that does not describe itself is no rotator', async (t) => {
  for (const dump of [
    DUMP.replace('450.000000', 'nan'),
    'dump_state:\nRPRT 0\n',
    DUMP.replace('RPRT 0', 'RPRT -11'),
  ]) {
    const { driver } = await against(t, (line) => (line === '+\\dump_state' ? dump : undefined))
    t.not(await faultOf(driver.start()), 'none')
  }
})

t.test(
  'a backend without a name goes by its number, and a name carries nothing that cannot be printed',
  async (t) => {
    const nameless = await against(t, (line) =>
      line === '+\\get_info' ? 'get_info:\nRPRT -11\n' : undefined,
    )
    t.equal((await nameless.driver.start()).model, 'Hamlib model 1')
    const nasty = INFO.replace('A rotator', '\u001b[31m<b>\u0007')
    const named = await against(t, (line) => (line === '+\\get_info' ? nasty : undefined))
    t.equal((await named.driver.start()).model, '[31m<b> of the test')
  },
)

t.test('a model that is not the expected one moves nothing', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  await t.rejects(driverOn(t, daemon.port, 603).start(), {
    fault: 'wrong_model',
    message: /Hamlib model 1, and agent\.json expects 603/,
  })
  t.match(await driverOn(t, daemon.port, 1).start(), { model: 'Dummy rotator' })
})

t.test('park is the word of the controller', async (t) => {
  const { driver, daemon } = await against(t, () => undefined)
  await driver.position()
  await driver.park(always)
  t.equal(daemon.lines.at(-1), '+\\park')
})

t.test('a controller of whole degrees behind rotctld is told whole degrees, inside its limits', async (t) => {
  const dump = DUMP.replace('Model: 1', 'Model: 603').replace('450.000000', '359.600000')
  const { driver, daemon } = await against(t, (line) => (line === '+\\dump_state' ? dump : undefined))
  await driver.position()
  await driver.moveTo(123.4, 45.6, always)
  await driver.moveTo(359.6, 0.4, always)
  t.same(daemon.lines.slice(-2), ['+\\set_pos 123.00 46.00', '+\\set_pos 359.00 0.00'])
})

t.test('nothing is sent to a daemon whose position was not read since the connection was made', async (t) => {
  let hangsUp = false
  const { driver, daemon } = await against(t, (line) =>
    hangsUp && line.startsWith('+\\set_pos') ? 'end' : undefined,
  )
  t.equal(await faultOf(driver.moveTo(10, 20, always)), 'disconnected')
  t.same(daemon.lines, [])
  await driver.position()
  hangsUp = true
  t.equal(await faultOf(driver.moveTo(10, 20, always)), 'disconnected')
  t.equal(await faultOf(driver.moveTo(10, 20, always)), 'disconnected', 'it may be another daemon by now')
  t.equal(daemon.lines.filter((line) => line.startsWith('+\\set_pos')).length, 1)
})

t.test(
  'a target that may not leave any more is not sent, asked in the same breath as it would be',
  async (t) => {
    const { driver, daemon } = await against(t, () => undefined)
    await driver.position()
    let isAllowed = true
    const sent = driver.moveTo(10, 20, () => isAllowed)
    isAllowed = false
    t.equal(await sent, false)
    t.equal(await driver.moveTo(10, 20, () => true), true)
    t.equal(daemon.lines.filter((line) => line.startsWith('+\\set_pos')).length, 1)
  },
)

t.test(
  'a stop waits for the request in flight and for nothing else, and takes the place of motion',
  async (t) => {
    const { driver, daemon } = await against(t, () => undefined)
    await driver.position()
    daemon.lines.length = 0
    const all = Promise.all([
      driver.position(),
      driver.moveTo(1, 2, always),
      driver.position(),
      driver.stop(),
      driver.stop(),
    ])
    t.equal((await all)[1], false)
    t.same(daemon.lines, ['+\\stop', '+\\get_pos', '+\\get_pos'], 'once for both who wanted it')
  },
)

t.test('on a new connection a stop is said before the daemon is asked who it is', async (t) => {
  const { driver, daemon } = await against(t, () => undefined)
  const reading = driver.position()
  await driver.stop()
  t.equal(daemon.lines[0], '+\\stop')
  t.same(await reading, { az: 10, el: 20 })
})

t.test('a daemon that refuses the stop is heard by who wanted it, and by nobody else', async (t) => {
  const { driver } = await against(t, (line) => (line === '+\\stop' ? 'stop:\nRPRT -6\n' : undefined))
  const reading = driver.position()
  t.equal(await faultOf(driver.stop()), 'io_error')
  t.same(await reading, { az: 10, el: 20 })
})

t.test('a slow-loris is cut off after a second, however it drips', async (t) => {
  const { driver, daemon } = await against(t, (line) => (isPos(line) ? null : undefined))
  await driver.start()
  const drip = setInterval(() => daemon.say('g'), 50)
  t.teardown(() => clearInterval(drip))
  const begin = performance.now()
  const fault = await faultOf(driver.position())
  t.ok(fault === 'timeout' || fault === 'desynchronised', fault)
  t.ok(performance.now() - begin < 3000)
})

t.test('a closed driver stays closed', async (t) => {
  const { driver } = await against(t, () => undefined)
  await driver.start()
  await driver.close()
  t.equal(await faultOf(driver.position()), 'disconnected')
})

t.test('G7: nobody at the port is a fault that names the address', async (t) => {
  const driver = driverOn(t, 1)
  await t.rejects(driver.start(), /127\.0\.0\.1:1/)
})
