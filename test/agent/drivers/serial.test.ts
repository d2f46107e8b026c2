/** The driver of serial lines against controllers, adapters and cables that misbehave. */

import t, { type Test } from 'tap'
import { DriverError } from '../../../agent/drivers/fault.js'
import { SerialDriver } from '../../../agent/drivers/serial.js'
import { type OpenLine, openSerialLine } from '../../../agent/drivers/serial-line.js'
import { type SerialProtocolName, serialProtocol } from '../../../agent/drivers/serial-protocols.js'
import { type Clock, systemClock } from '../../../shared/time.js'
import { always } from '../../support/always.js'
import { fakeLine } from '../../support/serial-bench.js'
import { EasyComm2Controller } from '../../support/simulators/easycomm2.js'
import { Mechanics } from '../../support/simulators/mechanics.js'
import { openPty } from '../../support/simulators/pty.js'

interface Options {
  readonly protocol?: SerialProtocolName
  readonly path?: string
  readonly open?: OpenLine
  readonly clock?: Clock
}

function driverOn(t: Test, options: Options): SerialDriver {
  const {
    protocol: name = 'easycomm2',
    path = '/dev/none',
    open = openSerialLine,
    clock = systemClock,
  } = options
  const protocol = serialProtocol(name)
  const { baudRate, travel } = protocol
  const driver = new SerialDriver({ protocol, path, baudRate, travel, settleMs: 0 }, open, clock)
  t.teardown(() => driver.close())
  return driver
}

const faultOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'none'
  } catch (cause) {
    return cause instanceof DriverError ? cause.fault : String(cause)
  }
}

/** An EasyComm controller on a fake line that answers the n-th question for its position with what `reply` says. */
function easycommLine(reply: (n: number) => string | undefined) {
  let n = 0
  return fakeLine({ answer: (bytes) => (bytes === 'AZ EL \n' ? reply(n++) : '') })
}
const HERE = 'AZ10.0 EL20.0\n'

/** Side by side: most of their time is the time-outs of the driver. */
t.jobs = 8
const test = (name: string, run: (t: Test) => Promise<void>) => t.test(name, { buffered: true }, run)

test('a line that is pulled out ends the request by name, and is found again when it is back', async (t) => {
  const controller = new EasyComm2Controller(new Mechanics({ az: 10, el: 20 }, 6))
  const pty = await openPty(t, (bytes) => controller.receive(bytes))
  if (pty === null) return
  const driver = driverOn(t, { path: pty.path })
  await driver.start()
  await pty.unplug()
  t.equal(await faultOf(driver.position()), 'disconnected')
  t.equal(await faultOf(driver.moveTo(20, 20, always)), 'disconnected')
  t.equal(await faultOf(driver.stop()), 'disconnected')
  await pty.replug()
  pty.taken()
  // Not before its pause is over.
  let found = await driver.position().catch(() => null)
  while (found === null) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    found = await driver.position().catch(() => null)
  }
  t.same(found, { az: 10, el: 20 })
  t.equal(pty.taken(), 'AZ EL \n', 'nothing but the question was sent')
})

test('a line that is not there says so, with what to do', async (t) => {
  const driver = driverOn(t, { path: '/dev/serial/by-id/none' })
  await t.rejects(driver.start(), { fault: 'disconnected', message: /no such file.*plugged in/i })
})

test('a line that another program has is named', async (t) => {
  const pty = await openPty(t, () => HERE)
  if (pty === null) return
  await driverOn(t, { path: pty.path }).start()
  const second = driverOn(t, { path: pty.path })
  await t.rejects(second.start(), { fault: 'disconnected', message: /Another program/ })
})

test('silence is a time-out of one second; the line stays open and is used again', async (t) => {
  const line = easycommLine((n) => (n === 1 ? '' : HERE))
  const driver = driverOn(t, { open: line.open })
  await driver.start()
  const begin = performance.now()
  t.equal(await faultOf(driver.position()), 'timeout')
  const took = performance.now() - begin
  t.ok(took > 900 && took < 3000, `${took} ms`)
  t.same(await driver.position(), { az: 10, el: 20 })
  t.equal(line.opened(), 1, 'to open a line restarts many controllers')
})

test('an answer that comes too late is not taken for the next one', async (t) => {
  const line = easycommLine((n) => (n === 1 ? '' : n === 0 ? HERE : 'AZ30.0 EL40.0\n'))
  const driver = driverOn(t, { open: line.open })
  await driver.start()
  t.equal(await faultOf(driver.position()), 'timeout')
  const next = driver.position()
  await new Promise(setImmediate)
  line.say(HERE)
  t.same(await next, { az: 30, el: 40 })
})

test('garbage, half lines and chatter before an answer are passed over', async (t) => {
  const replies = [
    `\0\xff\x81garbage\r\n${HERE}`,
    `AZ99.9 E\r\n${HERE}`,
    `OK\r\n\r\n${HERE}`,
    'AZ10.0 EL20.0\r\n',
  ]
  const line = easycommLine((n) => replies[n] ?? HERE)
  const driver = driverOn(t, { open: line.open })
  for (const reply of replies) t.same(await driver.position(), { az: 10, el: 20 }, JSON.stringify(reply))
})

test('an answer in pieces of one byte is one answer', async (t) => {
  const line = easycommLine(() => '')
  const driver = driverOn(t, { open: line.open })
  const asked = driver.position()
  while (line.written.length === 0) await new Promise(setImmediate)
  for (const byte of HERE) {
    line.say(byte)
    await new Promise(setImmediate)
  }
  t.same(await asked, { az: 10, el: 20 })
})

test('what never becomes an answer is unreadable, shown in part, and bounded', async (t) => {
  const replies = ['half of an ans', 'x'.repeat(100_000), '\x1b[31mred\n'.repeat(1000)]
  const line = easycommLine((n) => replies[n])
  const driver = driverOn(t, { open: line.open })
  for (const reply of replies) {
    const error = (await driver.position().catch((cause: unknown) => cause)) as DriverError
    t.equal(error.fault, 'unreadable', reply.slice(0, 20))
    t.match(error.detail, /Check protocol and baud rate/)
    t.ok(error.detail.length < 250 && !error.detail.includes('\x1b'))
  }
})

test('drops that never end do not hold a request for longer than its time', async (t) => {
  const line = easycommLine(() => '')
  const driver = driverOn(t, { open: line.open })
  const drip = setInterval(() => line.say('A'), 20)
  t.teardown(() => clearInterval(drip))
  const begin = performance.now()
  t.equal(await faultOf(driver.position()), 'unreadable')
  t.equal(await faultOf(driver.position()), 'unreadable')
  t.ok(performance.now() - begin < 6000)
})

test('a controller that sends back what it is sent is found out, and its echo is no position', async (t) => {
  const pty = await openPty(t, (bytes) => bytes)
  if (pty === null) return
  for (const protocol of ['easycomm2', 'gs232a', 'gs232b'] as const) {
    const driver = driverOn(t, { protocol, path: pty.path })
    t.equal(await faultOf(driver.start()), 'echoed', protocol)
    t.equal(await faultOf(driver.moveTo(100, 20, always)), 'disconnected', 'and nothing moves')
    await driver.close()
  }
  pty.taken()
  const driver = driverOn(t, { protocol: 'rot2prog', path: pty.path })
  t.equal(await faultOf(driver.start()), 'unreadable')
  t.notOk(pty.taken().includes('/'), 'no set command')
})

test('a controller of another kind is named', async (t) => {
  const line = fakeLine({ answer: () => '+0123+0045\r\n' })
  await t.rejects(driverOn(t, { protocol: 'gs232b', open: line.open }).start(), {
    fault: 'wrong_model',
    message: /GS-232A/,
  })
})

test('a write that hangs ends the line, and what was stuck in it never reaches the controller', async (t) => {
  let hangs = false
  const line = fakeLine({ answer: (bytes) => (hangs ? undefined : bytes.startsWith('AZ EL') ? HERE : '') })
  const driver = driverOn(t, { open: line.open })
  await driver.start()
  hangs = true
  t.equal(await faultOf(driver.moveTo(30, 30, always)), 'timeout')
  t.same([line.flushed(), line.closed()], [1, 1])
  hangs = false
  t.same(await driver.position(), { az: 10, el: 20 })
  t.equal(line.opened(), 2)
})

test('a line that cannot be opened is not tried at each request', async (t) => {
  let now = 0
  const line = fakeLine({
    answer: () => HERE,
    refusal: () => (line.opened() <= 2 ? new DriverError('disconnected', -6, 'cannot open it') : null),
  })
  const driver = driverOn(t, { open: line.open, clock: { now: () => now, monotonic: () => now } })
  for (let i = 0; i < 10; i++) t.equal(await faultOf(driver.position()), 'disconnected')
  t.equal(line.opened(), 1)
  now += 500
  for (let i = 0; i < 10; i++) t.equal(await faultOf(driver.position()), 'disconnected')
  t.equal(line.opened(), 2)
  now += 1000
  t.same(await driver.position(), { az: 10, el: 20 })
})

test('a line that opens and dies at once is not tried at each request either', async (t) => {
  const now = 0
  const line = fakeLine({ answer: () => '' })
  const driver = driverOn(t, { open: line.open, clock: { now: () => now, monotonic: () => now } })
  const asked = faultOf(driver.position())
  while (line.written.length === 0) await new Promise(setImmediate)
  line.lose('pulled out')
  t.equal(await asked, 'disconnected')
  for (let i = 0; i < 5; i++) t.equal(await faultOf(driver.position()), 'disconnected')
  t.equal(line.opened(), 1)
})

test('nothing moves on a new line before what is behind it has answered; a stop does not wait', async (t) => {
  const line = easycommLine((n) => (n === 0 ? '' : HERE))
  const driver = driverOn(t, { open: line.open })
  t.equal(await faultOf(driver.moveTo(30, 30, always)), 'disconnected')
  t.same(line.written, [])
  t.equal(await faultOf(driver.position()), 'timeout')
  t.equal(await faultOf(driver.moveTo(30, 30, always)), 'disconnected')
  await driver.stop()
  t.same(line.written, ['AZ EL \n', 'SA SE \n'])
  await driver.position()
  await driver.moveTo(30, 30, always)
  t.same(line.written.slice(2), ['AZ EL \n', 'AZ30.0 EL30.0\n'])
  t.equal(await driver.moveTo(40, 30, () => false), false)
  t.equal(line.written.length, 4)
})

test('G1: outside the travel nothing is written', async (t) => {
  const line = easycommLine(() => HERE)
  const driver = driverOn(t, { open: line.open })
  await driver.start()
  for (const [az, el] of [
    [360.1, 0],
    [-0.1, 0],
    [Number.NaN, 0],
    [0, Number.POSITIVE_INFINITY],
    [0, 181],
  ] as const)
    t.match(await faultOf(driver.moveTo(az, el, always)), /limit_exceeded|invalid_parameter/)
  t.same(line.written, ['AZ EL \n'])
})

test('a command that the controller does not understand is told with the next question', async (t) => {
  const line = fakeLine({
    answer: (bytes) => (bytes.startsWith('W4') ? '?>\r\n' : bytes === 'C2\r' ? 'AZ=010  EL=020\r\n' : ''),
  })
  const driver = driverOn(t, { protocol: 'gs232b', open: line.open })
  await driver.position()
  await driver.moveTo(400, 20, always)
  await new Promise(setImmediate)
  const asked = line.written.length
  t.equal(await faultOf(driver.position()), 'rejected')
  t.equal(line.written.length, asked, 'and nothing else is said')
  t.same(await driver.position(), { az: 10, el: 20 }, 'once')
})

test('a board that restarts when its line is opened is left alone until it has; a closing driver does not wait', async (t) => {
  const line = easycommLine(() => HERE)
  const protocol = serialProtocol('easycomm2')
  const { baudRate, travel } = protocol
  const options = { protocol, path: '/dev/none', baudRate, travel }
  const patient = new SerialDriver({ ...options, settleMs: 300 }, line.open, systemClock)
  const begin = performance.now()
  const started = patient.start()
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.same(line.written, [])
  await started
  t.ok(performance.now() - begin > 290)
  await patient.close()
  const slow = new SerialDriver({ ...options, settleMs: 10_000 }, line.open, systemClock)
  const waiting = faultOf(slow.start())
  await slow.close()
  t.equal(await waiting, 'disconnected')
  t.ok(performance.now() - begin < 5000)
})

test('a line that never opens is given up after five seconds, and closed when it opens after all', async (t) => {
  const line = easycommLine(() => HERE)
  let open: () => void = () => undefined
  const late: OpenLine = async (settings, events) => {
    await new Promise<void>((resolve) => {
      open = resolve
    })
    return line.open(settings, events)
  }
  const driver = driverOn(t, { open: late })
  await t.rejects(driver.start(), { fault: 'timeout', message: /did not open in 5 s/ })
  open()
  while (line.closed() === 0) await new Promise(setImmediate)
  t.same(line.written, [])
})

test('park is the word of the controller, where it has one', async (t) => {
  const line = easycommLine(() => HERE)
  const driver = driverOn(t, { open: line.open })
  await driver.position()
  await driver.park(always)
  t.same(line.written, ['AZ EL \n', 'PARK\n'])
  const yaesu = fakeLine({ answer: () => 'AZ=010  EL=020\r\n' })
  t.equal(await faultOf(driverOn(t, { protocol: 'gs232b', open: yaesu.open }).park(always)), 'not_available')
})

test('the steps of a Rot2Prog are read from it, and told when they change', async (t) => {
  const block = (steps: number) => `W${String.fromCharCode(3, 7, 0, 0, steps, 3, 8, 0, 0, steps)} `
  let steps = 2
  const line = fakeLine({ answer: (bytes) => (bytes[11] === '/' ? '' : block(steps)) })
  const driver = driverOn(t, { protocol: 'rot2prog', open: line.open })
  const first = await driver.start()
  t.same(first.steps, { az: 2, el: 2 })
  await driver.position()
  t.equal(driver.capabilities, first, 'the same object as long as nothing changes')
  await driver.moveTo(123.4, 45.6, always)
  t.equal(line.written.at(-1), 'W0967\x020811\x02/ ')
  steps = 10
  await driver.position()
  t.same(driver.capabilities?.steps, { az: 10, el: 10 })
  await driver.moveTo(123.4, 45.6, always)
  t.equal(line.written.at(-1), 'W4834\x0a4056\x0a/ ')
})

test('one request is in flight at a time', async (t) => {
  let busy = 0
  const line = fakeLine({
    answer: (bytes) => {
      if (bytes !== 'AZ EL \n') return ''
      busy += 1
      t.equal(busy, 1)
      setImmediate(() => {
        busy -= 1
      })
      return HERE
    },
  })
  const driver = driverOn(t, { open: line.open })
  await driver.position()
  await Promise.all([driver.position(), driver.moveTo(1, 2, always), driver.position()])
  t.same(line.written.splice(0), ['AZ EL \n', 'AZ EL \n', 'AZ1.0 EL2.0\n', 'AZ EL \n'])
  await Promise.all([driver.position(), driver.moveTo(1, 2, always), driver.position(), driver.stop()])
  t.same(line.written, ['SA SE \n', 'AZ EL \n', 'AZ EL \n'], 'a stop takes the place of motion')
})

test('a stop does not wait for a line that must be quiet first', async (t) => {
  const line = easycommLine((n) => (n === 0 ? '' : HERE))
  const driver = driverOn(t, { open: line.open })
  t.equal(await faultOf(driver.position()), 'timeout')
  const reading = driver.position()
  await new Promise(setImmediate)
  t.equal(line.written.length, 1, 'it waits for quiet')
  await driver.stop()
  t.same(line.written, ['AZ EL \n', 'SA SE \n'])
  t.same(await reading, { az: 10, el: 20 })
})

test('a closed driver stays closed, and whoever waits hears of it', async (t) => {
  const line = easycommLine((n) => (n === 0 ? HERE : ''))
  const driver = driverOn(t, { open: line.open })
  await driver.start()
  const waiting = faultOf(driver.position())
  while (line.written.length < 2) await new Promise(setImmediate)
  await driver.close()
  t.equal(await waiting, 'disconnected')
  t.equal(await faultOf(driver.position()), 'disconnected')
  t.equal(line.closed(), 1)
})
