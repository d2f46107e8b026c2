/** The radio during a pass: tuned by the plan, led by the operator, and never keyed. */
import t, { type Test } from 'tap'
import { type RigConfig, rigSchema } from '../../../agent/driver-config.js'
import { RigctldRig } from '../../../agent/rig/rigctld.js'
import { type RigReading, type TunedPlan, Tuner } from '../../../agent/rig/tuner.js'
import { neededUplink, receivedDownlink } from '../../../shared/orbit/doppler.js'
import { iso, systemClock } from '../../../shared/time.js'
import { KeptLog } from '../../support/agent-bench.js'
import { fakeRotctld, type Reply, startRigctld } from '../../support/rotctld.js'

const DOWN = 437_000_000
const UP = 145_900_000

/** A satellite that comes at 7 km/s and slows down by 0.1 km/s each second. */
function plan(more: Partial<TunedPlan> = {}): TunedPlan {
  return {
    contactId: 'contact-00000001',
    downlinkHz: DOWN,
    uplinkHz: UP,
    t0: iso(Date.now() - 1000),
    dtMs: 1000,
    rangeRate: Array.from({ length: 200 }, (_, i) => -7 + i / 10),
    ...more,
  }
}

interface World {
  readonly tuner: Tuner
  readonly log: KeptLog
  readonly working: boolean[]
  active: TunedPlan | null
  readonly reading: (test: (reading: RigReading) => boolean) => Promise<RigReading>
}

function tune(t: Test, port: number, config: Partial<RigConfig>, active: TunedPlan | null): World {
  const log = new KeptLog()
  const working: boolean[] = []
  let waiting: { test: (reading: RigReading) => boolean; resolve: (reading: RigReading) => void }[] = []
  const tuner = new Tuner({
    rig: new RigctldRig({ host: '127.0.0.1', port, allowRemote: false }),
    config: rigSchema.parse(config),
    activePlan: () => world.active,
    clock: systemClock,
    log,
    onReading: (reading) => {
      for (const w of waiting.filter((w) => w.test(reading))) w.resolve(reading)
      waiting = waiting.filter((w) => !w.test(reading))
    },
    onWorking: (isWorking) => void working.push(isWorking),
  })
  const world: World = {
    ...{ tuner, log, working, active },
    reading: (test) => new Promise((resolve) => waiting.push({ test, resolve })),
  }
  t.teardown(() => tuner.stop())
  tuner.start()
  return world
}

/** Is this the Doppler-shifted frequency of a satellite that comes at 7 to 4 km/s? */
const isComing = (hz: number | null) =>
  hz !== null && hz > receivedDownlink(DOWN, -4) && hz < receivedDownlink(DOWN, -7) + 10

/** A radio that takes everything, and remembers the lines. */
class FakeRadio {
  hz = 100_000_000
  readonly lines: string[] = []
  /** Instead of the honest answer; undefined: honest. */
  reply: (line: string) => Reply | undefined = () => undefined

  readonly answer = (line: string): Reply => {
    this.lines.push(line)
    const own = this.reply(line)
    if (own !== undefined) return own
    const [, name = '', args = ''] = /^\+\\(\w+) ?(.*)$/.exec(line) ?? []
    if (name === 'get_freq') return `get_freq:\nFrequency: ${this.hz}\nRPRT 0\n`
    if (name === 'get_mode') return 'get_mode:\nMode: USB\nPassband: 2400\nRPRT 0\n'
    if (name === 'get_info') return 'get_info:\nInfo: A radio\nRPRT 0\n'
    if (name === 'set_freq') this.hz = Number(args)
    return `${name}: ${args}\nRPRT 0\n`
  }

  sent(name: string): number[] {
    return this.lines.filter((l) => l.startsWith(`+\\${name} `)).map((l) => Number(l.split(' ')[1]))
  }
}

/** Side by side: most of their time is waiting. */
t.jobs = 8
const test = (name: string, run: (t: Test) => Promise<void>) => t.test(name, { buffered: true }, run)

test('the real rigctld is tuned to both ways of a pass, and told nothing between passes', async (t) => {
  const daemon = await startRigctld(t)
  if (daemon === null) return
  const config = { use: 'satmode', downlinkMode: 'USB', uplinkMode: 'LSB' } as const
  const world = tune(t, daemon.port, config, null)
  const idle = await world.reading((r) => r.downlinkHz !== null)
  t.match(idle, { downlinkHz: 145_000_000, uplinkHz: null, mode: null, contactId: null, rprt: 0 })
  world.active = plan()
  world.tuner.changed()
  const tuned = await world.reading((r) => isComing(r.downlinkHz))
  t.match(tuned, { mode: 'USB', contactId: 'contact-00000001', dialHz: 0 })
  t.ok((tuned.uplinkHz ?? 0) < neededUplink(UP, -4) && (tuned.uplinkHz ?? 0) >= neededUplink(UP, -7.1))
  const later = await world.reading((r) => r.downlinkHz !== null && r.downlinkHz < (tuned.downlinkHz ?? 0))
  t.ok(isComing(later.downlinkHz), 'it follows down')
  t.same(world.working, [true])
})

test('split and modes are set once a pass, and the key of the transmitter never', async (t) => {
  const radio = new FakeRadio()
  const daemon = await fakeRotctld(t, radio.answer)
  const config = { use: 'split', txVfo: 'Sub', downlinkMode: 'USB', uplinkMode: 'LSB' } as const
  const world = tune(t, daemon.port, config, plan())
  await world.reading((r) => isComing(r.downlinkHz))
  await world.reading((r) => radio.sent('set_freq').length > 3 && r.uplinkHz !== null)
  const once = radio.lines.filter((l) => /set_(?:mode|split_mode|split_vfo|func)/.test(l))
  t.same(once, ['+\\set_mode USB 0', '+\\set_split_vfo 1 Sub', '+\\set_split_mode LSB 0'])
  t.notOk(radio.lines.some((l) => /ptt|\bT\b/i.test(l)))
  const both = [...radio.sent('set_freq'), ...radio.sent('set_split_freq')]
  t.ok(both.every((hz) => Number.isSafeInteger(hz)))
})

test('the dial of the operator is followed, and its turn is told', async (t) => {
  const radio = new FakeRadio()
  const daemon = await fakeRotctld(t, radio.answer)
  const world = tune(t, daemon.port, {}, plan({ rangeRate: Array.from({ length: 200 }, () => -3) }))
  await world.reading((r) => r.downlinkHz === receivedDownlink(DOWN, -3))
  const before = radio.sent('set_freq').length
  radio.hz += 5000
  const followed = await world.reading((r) => r.dialHz !== 0)
  t.ok(Math.abs(followed.dialHz - 5000) <= 1, String(followed.dialHz))
  await world.reading(() => true)
  t.equal(radio.sent('set_freq').length, before, 'with the Doppler at rest nothing has to be sent')
  t.equal(radio.hz, receivedDownlink(DOWN, -3) + 5000)
})

test('far from the plan the radio is the operator\u2019s', async (t) => {
  const radio = new FakeRadio()
  const daemon = await fakeRotctld(t, radio.answer)
  const world = tune(t, daemon.port, { followHz: 10_000 }, plan())
  await world.reading((r) => isComing(r.downlinkHz))
  radio.hz = 7_100_000
  await world.log.until(/the operator has the radio/)
  const sent = radio.sent('set_freq').length
  await world.reading(() => true)
  await world.reading(() => true)
  t.equal(radio.sent('set_freq').length, sent)
  radio.hz = DOWN
  await world.log.until(/the dial is back/)
})

test('an uplink radio is tuned the other way, past its converter', async (t) => {
  const radio = new FakeRadio()
  const daemon = await fakeRotctld(t, radio.answer)
  const world = tune(
    t,
    daemon.port,
    { use: 'uplink', uplinkLoHz: 116_000_000 },
    plan({ rangeRate: [-7, -7] }),
  )
  const told = await world.reading((r) => r.uplinkHz === neededUplink(UP, -7))
  t.equal(told.downlinkHz, null)
  t.equal(radio.hz, neededUplink(UP, -7) - 116_000_000)
})

test('a radio without satellite mode goes by split, and one that keeps its mode is told of', async (t) => {
  const radio = new FakeRadio()
  radio.reply = (line) => (line.includes('SATMODE') ? 'set_func: SATMODE 1\nRPRT -11\n' : undefined)
  const daemon = await fakeRotctld(t, radio.answer)
  const world = tune(t, daemon.port, { use: 'satmode', downlinkMode: 'FM' }, plan())
  await world.reading((r) => r.uplinkHz !== null)
  t.equal(world.log.count(/no satellite mode/), 1)
  t.equal(world.log.count(/did not take the mode/), 1)
  t.ok(radio.lines.includes('+\\set_split_vfo 1 VFOB'))
})

test('G6: a radio that fails three times works no more, and does when it answers again', async (t) => {
  const radio = new FakeRadio()
  const daemon = await fakeRotctld(t, radio.answer)
  const world = tune(t, daemon.port, {}, plan())
  await world.reading((r) => isComing(r.downlinkHz))
  radio.reply = (line) => (line === '+\\get_freq' ? 'get_freq:\nRPRT -6\n' : undefined)
  await world.reading((r) => r.downlinkHz === null && r.rprt === -6)
  await world.log.until(/the radio does not answer/)
  t.same(world.working, [true, false])
  // What it stands on when it comes back is nobody's turn of the dial.
  radio.hz = 430_000_000
  radio.reply = () => undefined
  const back = await world.reading((r) => r.downlinkHz !== null && r.dialHz === 0)
  t.ok(isComing(back.downlinkHz))
  t.same(world.working, [true, false, true])
})

test('a plan without frequencies leaves the radio alone', async (t) => {
  const radio = new FakeRadio()
  const daemon = await fakeRotctld(t, radio.answer)
  const { downlinkHz: _down, uplinkHz: _up, ...silent } = plan()
  const world = tune(t, daemon.port, { use: 'split' }, silent)
  await world.reading((r) => r.contactId !== null)
  t.same(radio.sent('set_freq'), [])
  t.notOk(radio.lines.some((l) => l.includes('split')))
})
