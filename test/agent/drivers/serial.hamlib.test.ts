/** Our simulated controllers are driven by Hamlib's rotctl, and by our driver, and both send the same bytes. */

import t, { type Test } from 'tap'
import { SerialDriver } from '../../../agent/drivers/serial.js'
import { openSerialLine } from '../../../agent/drivers/serial-line.js'
import { type SerialProtocolName, serialProtocol } from '../../../agent/drivers/serial-protocols.js'
import { systemClock } from '../../../shared/time.js'
import { always } from '../../support/always.js'
import { rotctl } from '../../support/rotctl.js'
import { hasRotctld } from '../../support/rotctld.js'
import type { Controller } from '../../support/simulators/controller.js'
import { EasyComm2Controller } from '../../support/simulators/easycomm2.js'
import { Gs232Controller } from '../../support/simulators/gs232.js'
import { Mechanics } from '../../support/simulators/mechanics.js'
import { openPty, type Pty } from '../../support/simulators/pty.js'
import { Rot2ProgController } from '../../support/simulators/rot2prog.js'

/** Degrees a second: there before the next question. */
const AT_ONCE = 1e12
const mechanics = (rate = AT_ONCE) => new Mechanics({ az: 10, el: 20 }, rate)

interface Kind {
  readonly protocol: SerialProtocolName
  readonly model: number
  readonly controller: (mechanics: Mechanics) => Controller
  /** On the steps of the controller, so that nobody has to round. */
  readonly positions: readonly (readonly [number, number])[]
  /** What is left of Hamlib's bytes without what it sends for reasons of its own. */
  readonly essence: (bytes: string) => string
}

/** Side by side: Hamlib waits between the bytes that it sends to a Rot2Prog. */
t.jobs = 4
const test = (name: string, run: (t: Test) => Promise<void>) => t.test(name, { buffered: true }, run)

const STATUS_QUERY = `W${'\0'.repeat(10)}\x1f `

const KINDS: readonly Kind[] = [
  {
    protocol: 'easycomm2',
    model: 202,
    controller: (m) => new EasyComm2Controller(m),
    positions: [
      [123.4, 45.6],
      [0, 0],
      [360, 180],
      [0.1, 89.9],
      [5, 170],
      [359.9, 0.1],
      [99.9, 9.9],
    ],
    essence: (bytes) => bytes,
  },
  {
    protocol: 'gs232a',
    model: 601,
    controller: (m) => new Gs232Controller(m, 'A'),
    positions: [
      [123, 46],
      [0, 0],
      [450, 180],
      [7, 90],
      [360, 0],
      [361, 179],
      [99, 9],
    ],
    essence: (bytes) => bytes,
  },
  {
    protocol: 'gs232b',
    model: 603,
    controller: (m) => new Gs232Controller(m, 'B'),
    positions: [
      [123, 46],
      [0, 0],
      [450, 180],
      [7, 90],
      [360, 0],
      [361, 179],
      [99, 9],
    ],
    // Hamlib sends an empty line after each command that is not answered, to see whether it was understood; our driver
    // sees it from the positions.
    essence: (bytes) => bytes.replaceAll('\r\r', '\r'),
  },
  {
    protocol: 'rot2prog',
    model: 901,
    controller: (m) => new Rot2ProgController(m, 2),
    positions: [
      [123.5, 45.5],
      [-180, 0],
      [539.5, 90],
      [-0.5, 0.5],
      [360, 180],
      [540, 210],
      [-180, -20],
    ],
    // Hamlib asks for the steps a degree before each set; our driver knows them from the last position.
    essence: (bytes) => bytes.replaceAll(STATUS_QUERY, ''),
  },
]

function driverOn(t: Test, protocolName: SerialProtocolName, path: string): SerialDriver {
  const protocol = serialProtocol(protocolName)
  const { baudRate, travel } = protocol
  const options = { protocol, path, baudRate, travel, settleMs: 0 }
  const driver = new SerialDriver(options, openSerialLine, systemClock)
  t.teardown(() => driver.close())
  return driver
}

/** A pty that works, and Hamlib beside it; null where one of them is missing. */
async function bench(t: Test, controller: Controller): Promise<Pty | null> {
  if (hasRotctld()) return openPty(t, (bytes) => controller.receive(bytes))
  t.comment('Hamlib is not installed (Debian: libhamlib-utils); this test is skipped')
  return null
}

for (const { protocol, model, controller, positions, essence } of KINDS) {
  test(`${protocol}: Hamlib's rotctl drives the simulated controller`, async (t) => {
    const motors = mechanics()
    const pty = await bench(t, controller(motors))
    if (pty === null) return
    const [az, el] = positions[0] ?? [0, 0]
    const said = await rotctl(model, pty.path, [`P ${az} ${el}`, 'p', 'S'])
    t.equal(said.code, 0, said.text)
    t.same(motors.position, { az, el })
    const [shownAz, shownEl] = said.text.trim().split('\n').map(Number)
    t.same([shownAz, shownEl], [az, el], 'and reads where it is')
  })

  test(`${protocol}: our driver drives it, and stops it on the way`, async (t) => {
    const motors = mechanics(30)
    const pty = await bench(t, controller(motors))
    if (pty === null) return
    const driver = driverOn(t, protocol, pty.path)
    const { model: name, limits, steps } = await driver.start()
    t.match([name, limits, steps], [/\w/, { azMin: Number }, { az: Number }])
    t.same(await driver.position(), { az: 10, el: 20 })
    await driver.moveTo(100, 40, always)
    while ((await driver.position()).az < 20);
    await driver.stop()
    // The bytes of a stop that nobody answers are still under way.
    await driver.position()
    const { az } = motors.position
    t.ok(az >= 19 && az < 100, String(az))
    await driver.position()
    t.equal(motors.position.az, az, 'it stands')
  })

  test(`${protocol}: the bytes of our driver are those of Hamlib`, async (t) => {
    const pty = await bench(t, controller(mechanics()))
    if (pty === null) return
    const driver = driverOn(t, protocol, pty.path)
    await driver.start()
    pty.taken()
    for (const [az, el] of positions) await driver.moveTo(az, el, always)
    await driver.stop()
    await driver.position()
    const ours = pty.taken()
    await driver.close()
    const commands = [...positions.map(([az, el]) => `P ${az} ${el}`), 'S', 'p']
    const said = await rotctl(model, pty.path, commands)
    t.equal(said.code, 0, said.text)
    const hamlibs = pty.taken()
    t.equal(essence(ours), essence(hamlibs))
    t.ok(ours.length <= hamlibs.length)
  })
}

test('what lies between two steps goes to the nearest; Hamlib cuts off, or rounds halves to even', async (t) => {
  const differences = [
    {
      protocol: 'rot2prog',
      model: 901,
      at: [123.4, 45.6],
      ours: ['0967', '0811'],
      hamlibs: ['0966', '0811'],
    },
    { protocol: 'gs232b', model: 603, at: [122.5, 44.5], ours: ['W123 045'], hamlibs: ['W122 044'] },
  ] as const
  for (const { protocol, model, at, ours, hamlibs } of differences) {
    const kind = KINDS.find((k) => k.protocol === protocol)
    const pty = kind === undefined ? null : await bench(t, kind.controller(mechanics()))
    if (pty === null) return
    const driver = driverOn(t, protocol, pty.path)
    await driver.start()
    pty.taken()
    await driver.moveTo(at[0], at[1], always)
    await driver.position()
    const sent = pty.taken()
    for (const part of ours) t.ok(sent.includes(part), `${protocol} ${part}`)
    await driver.close()
    await rotctl(model, pty.path, [`P ${at[0]} ${at[1]}`, 'p'])
    const theirs = pty.taken()
    for (const part of hamlibs) t.ok(theirs.includes(part), `Hamlib ${part}`)
  }
})

test('west of north a GS-232 shows 180 to 359, for Hamlib as for us', async (t) => {
  const pty = await bench(t, new Gs232Controller(mechanics(), 'B'))
  if (pty === null) return
  const protocol = serialProtocol('gs232b')
  const travel = { azMin: -180, azMax: 180, elMin: 0, elMax: 90 }
  const options = { protocol, path: pty.path, baudRate: 9600, travel, settleMs: 0 }
  const driver = new SerialDriver(options, openSerialLine, systemClock)
  t.teardown(() => driver.close())
  await driver.start()
  pty.taken()
  await driver.moveTo(-10, 5, always)
  await driver.position()
  t.equal(pty.taken(), 'W350 005\rC2\r')
  await driver.close()
  await rotctl(603, pty.path, ['P -10 5', 'p'])
  t.equal(pty.taken().replaceAll('\r\r', '\r'), 'W350 005\rC2\r')
})

test('west of north and over the top, EasyComm has a sign, and Hamlib knows no way there', async (t) => {
  const controller = new EasyComm2Controller(mechanics())
  const pty = await bench(t, controller)
  if (pty === null) return
  const protocol = serialProtocol('easycomm2')
  const travel = { azMin: -180, azMax: 540, elMin: -10, elMax: 180 }
  const options = { protocol, path: pty.path, baudRate: 9600, travel, settleMs: 0 }
  const driver = new SerialDriver(options, openSerialLine, systemClock)
  t.teardown(() => driver.close())
  await driver.start()
  pty.taken()
  for (const [az, el] of [
    [-10.5, -0.1],
    [400.1, 0],
    [-180, 180],
  ] as const)
    await driver.moveTo(az, el, always)
  await driver.position()
  t.equal(pty.taken(), 'AZ-10.5 EL-0.1\nAZ400.1 EL0.0\nAZ-180.0 EL180.0\nAZ EL \n')
  await driver.close()
  // Its limits for this model are 0 to 360 and 0 to 180.
  const said = await rotctl(202, pty.path, ['P -10.5 0'])
  t.match(said.text, /Invalid parameter|limit/i)
  t.notMatch(pty.taken(), /AZ-/)
})

test('park: EasyComm has a word of its own, the same from Hamlib as from us', async (t) => {
  const pty = await bench(t, new EasyComm2Controller(mechanics()))
  if (pty === null) return
  const driver = driverOn(t, 'easycomm2', pty.path)
  await driver.start()
  pty.taken()
  await driver.park(always)
  await driver.position()
  const ours = pty.taken()
  await driver.close()
  const said = await rotctl(202, pty.path, ['K', 'p'])
  t.equal(said.code, 0, said.text)
  t.equal(ours, 'PARK\nAZ EL \n')
  t.equal(pty.taken(), ours)
})

test('one line has one owner: a second driver on it is refused, by name, as long as the first has it', async (t) => {
  const pty = await bench(t, new EasyComm2Controller(mechanics()))
  if (pty === null) return
  const first = driverOn(t, 'easycomm2', pty.path)
  await first.start()
  const second = driverOn(t, 'easycomm2', pty.path)
  await t.rejects(second.start(), { fault: 'disconnected', message: /Another program has it open/ })
  t.same(await first.position(), { az: 10, el: 20 })
})
