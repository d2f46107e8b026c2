import t, { type Test } from 'tap'
import { Antenna } from '../../agent/antenna.js'
import { RotctldDriver } from '../../agent/drivers/rotctld.js'
import { GuardMemory } from '../../agent/guard/memory.js'
import type { Ending } from '../../agent/guard/state.js'
import type { ParkBy } from '../../agent/setpoints.js'
import type { Reading } from '../../agent/sight.js'
import { withinDriver } from '../../agent/within-driver.js'
import type { Mount } from '../../shared/messages.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, tempDir } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'
import { DUMP, fakeRotctld, honest, type Reply, startRotctld } from '../support/rotctld.js'
import { HostileRotctld } from '../support/simulators/hostile-rotctld.js'

/** Real sockets and real seconds, on a machine that may be busy. */
t.setTimeout(120_000)

interface World {
  readonly antenna: Antenna
  readonly log: KeptLog
  readonly endings: Ending[]
  /** The next reading that fits. */
  readonly reading: (test: (reading: Reading) => boolean) => Promise<Reading>
}

async function watch(
  t: Test,
  port: number,
  options: {
    mount?: Mount
    dataDir?: string
    azimuthReport?: 'absolute' | 'modulo'
    parkBy?: ParkBy
    model?: number
  } = {},
): Promise<World> {
  const log = new KeptLog()
  const antenna = new Antenna({
    mount: options.mount ?? MOUNT,
    driver: new RotctldDriver({ host: '127.0.0.1', port, allowRemote: false, model: options.model ?? null }),
    azimuthReport: options.azimuthReport ?? 'absolute',
    parkBy: options.parkBy ?? 'position',
    memory: new GuardMemory(options.dataDir ?? (await tempDir(t)), log),
    clock: systemClock,
    log,
  })
  const endings: Ending[] = []
  let waiting: { test: (reading: Reading) => boolean; resolve: (reading: Reading) => void }[] = []
  antenna.listen({
    onEnding: (ending) => void endings.push(ending),
    onReading: (reading) => {
      for (const w of waiting.filter((w) => w.test(reading))) w.resolve(reading)
      waiting = waiting.filter((w) => !w.test(reading))
    },
  })
  t.teardown(() => antenna.stop())
  await antenna.start()
  const reading: World['reading'] = (test) => new Promise((resolve) => waiting.push({ test, resolve }))
  return { antenna, log, endings, reading }
}

const manual = (az: number, el: number, id = 'command-1') => ({
  id,
  source: 'manual' as const,
  goal: { az, el },
  lifetimeMs: 5000,
})

t.test('the real rotctld goes where it is told, and both ends of the truth are read', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const { antenna, reading, endings } = await watch(t, daemon.port, { mount: { ...MOUNT, parkEl: 45 } })
  await reading((r) => r.measured !== null)
  t.equal(antenna.order(manual(6, 3)), null)
  const moving = await reading((r) => r.commanded !== null && (r.measured?.az ?? 0) > 0)
  t.same(moving.commanded, { az: 6, el: 3 })
  t.ok(moving.errDeg !== null && moving.rprt === 0)
  await reading((r) => r.measured?.az === 6 && r.measured.el === 3)
  t.same(endings, [{ id: 'command-1', source: 'manual', how: 'arrived', code: null }])
})

t.test('a stop is obeyed at once by the real rotctld, and nothing moves afterwards', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  antenna.order(manual(100, 30))
  await reading((r) => (r.measured?.az ?? 0) > 1)
  await antenna.halt()
  const rest = await reading((r) => r.measured !== null)
  const later = await reading((r) => r.measured !== null)
  t.same(later.measured, rest.measured)
})

t.test('G8: at the end of the agent the rotator is told to stop', async (t) => {
  const daemon = await fakeRotctld(t, honest)
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  antenna.order(manual(100, 30))
  await reading((r) => r.commanded !== null)
  await antenna.stop()
  t.equal(daemon.lines.at(-1), '+\\stop')
})

t.test('field 1.1: limits of the daemon are compared at connect; the narrower hold', async (t) => {
  const narrow = (line: string): Reply =>
    line === '+\\dump_state' ? DUMP.replace('450.000000', '200.000000') : honest(line)
  const daemon = await fakeRotctld(t, narrow)
  const { antenna, reading, log } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  t.equal(antenna.mount.azMax, 200)
  t.match(antenna.order(manual(201, 30)), { code: 'out_of_limits' })
  t.equal(log.count(/accepts less than "mount" in agent\.json/), 1)
})

t.test('a daemon whose limits leave no park position is refused at start', async (t) => {
  const dump = DUMP.replace('450.000000', '100.000000')
  const daemon = await fakeRotctld(t, (line) => (line === '+\\dump_state' ? dump : honest(line)))
  await t.rejects(watch(t, daemon.port), { code: 'config_invalid' })
  t.equal(withinDriver(MOUNT, { azMin: 460, azMax: 500, elMin: 0, elMax: 90 }), null)
})

t.test('a daemon that comes back as another model takes the antenna into safe hold', async (t) => {
  let dump = DUMP
  let isSilent = false
  const daemon = await fakeRotctld(t, (line) => {
    if (line === '+\\dump_state') return dump
    return isSilent && line === '+\\get_pos' ? 'end' : honest(line)
  })
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  dump = DUMP.replace('450.000000', '100.000000')
  isSilent = true
  await reading((r) => r.measured === null)
  isSilent = false
  const held = await reading((r) => r.live.state === 'safe_hold')
  t.equal(held.live.code, 'out_of_limits')
  t.match(antenna.order(manual(50, 30)), { code: 'safe_hold' })
})

t.test('design 8: silence is a miss, three are degraded, five stop and hold', async (t) => {
  let isSilent = false
  const daemon = await fakeRotctld(t, (line) => (isSilent && line === '+\\get_pos' ? null : honest(line)))
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  isSilent = true
  const missed = await reading((r) => r.measured === null)
  t.equal(missed.rprt, -5)
  const degraded = await reading((r) => r.live.state === 'degraded')
  t.equal(degraded.live.code, 'driver_failed')
  const held = await reading((r) => r.live.state === 'safe_hold')
  t.equal(held.live.code, 'driver_failed')
  isSilent = false
  await reading((r) => r.measured !== null)
  t.ok(daemon.lines.includes('+\\stop'))
  t.equal(antenna.live.state, 'safe_hold')
  antenna.release('station')
  await reading((r) => r.live.state === 'idle')
})

t.test('a latched hold outlives the agent', async (t) => {
  const dataDir = await tempDir(t)
  let el = '20.00'
  const daemon = await fakeRotctld(t, (line) =>
    line === '+\\get_pos' ? `get_pos:\nAzimuth: 10.00\nElevation: ${el}\nRPRT 0\n` : honest(line),
  )
  const first = await watch(t, daemon.port, { dataDir, mount: { ...MOUNT, elMin: 18 } })
  await first.reading((r) => r.measured !== null)
  el = '15.00'
  await first.reading((r) => r.live.state === 'safe_hold')
  await first.antenna.stop()
  const second = await watch(t, daemon.port, { dataDir })
  t.same(second.antenna.live, { state: 'safe_hold', code: 'out_of_limits' })
  second.antenna.release('station')
  await second.reading((r) => r.live.state === 'idle')
  await second.antenna.stop()
  const third = await watch(t, daemon.port, { dataDir })
  t.equal(third.antenna.live.state, 'idle')
})

t.test(
  'a daemon that accepts less than the mount says so while it rests, and works within what it accepts',
  async (t) => {
    const daemon = await fakeRotctld(t, (line) =>
      line === '+\\dump_state' ? DUMP.replace('450.000000', '200.000000') : honest(line),
    )
    const { antenna, reading } = await watch(t, daemon.port)
    const resting = await reading((r) => r.measured !== null)
    t.same(resting.live, { state: 'degraded', code: 'limits_mismatch' })
    t.equal(antenna.order(manual(100, 30)), null)
    t.same(antenna.live, { state: 'slewing', code: null })
  },
)

t.test('the last leg of a park is the word of the controller, where the configuration says so', async (t) => {
  const daemon = await fakeRotctld(t, honest)
  const { antenna, reading } = await watch(t, daemon.port, { parkBy: 'controller' })
  await reading((r) => r.measured !== null)
  const { parkAz: az, parkEl: el } = antenna.mount
  antenna.order({ id: 'command-1', source: 'park', goal: { az, el }, lifetimeMs: null })
  await reading((r) => r.commanded !== null && daemon.lines.includes('+\\park'))
  antenna.order({ ...manual(az, el), id: 'command-2' })
  await reading(() => daemon.lines.some((line) => line.includes('set_pos')))
  t.equal(daemon.lines.filter((line) => line === '+\\park').length, 1, 'a move to that place is no park')
})

t.test('a controller without a park of its own is sent to the park position', async (t) => {
  const daemon = await fakeRotctld(t, (line) => (line === '+\\park' ? 'park:\nRPRT -11\n' : honest(line)))
  const { antenna, reading, log } = await watch(t, daemon.port, { parkBy: 'controller' })
  await reading((r) => r.measured !== null)
  const { parkAz: az, parkEl: el } = antenna.mount
  antenna.order({ id: 'command-1', source: 'park', goal: { az, el }, lifetimeMs: null })
  await reading(() => daemon.lines.some((line) => line.includes('set_pos')))
  t.equal(log.count(/no park of its own/), 1)
})

t.test(
  'a daemon with another model than the configured one is waited for, and the log says which',
  async (t) => {
    const daemon = await fakeRotctld(t, honest)
    const { log, reading } = await watch(t, daemon.port, { model: 603 })
    await log.until(/Hamlib model 1, and agent\.json expects 603/)
    t.equal((await reading((r) => r.live.state === 'degraded')).live.code, 'driver_failed')
  },
)

t.test('whole turns are counted over a restart where the controller forgets them', async (t) => {
  const dataDir = await tempDir(t)
  let az = 350
  const daemon = await fakeRotctld(t, (line) =>
    line === '+\\get_pos' ? `get_pos:\nAzimuth: ${az}.00\nElevation: 20.00\nRPRT 0\n` : honest(line),
  )
  const options = { dataDir, azimuthReport: 'modulo' as const }
  const first = await watch(t, daemon.port, options)
  await first.reading((r) => r.measured?.az === 350)
  az = 2
  t.match(await first.reading((r) => (r.measured?.az ?? 0) > 355), { measured: { az: 362 }, turns: 1 })
  await first.antenna.stop()
  const second = await watch(t, daemon.port, options)
  t.match(await second.reading((r) => r.measured !== null), { measured: { az: 362 }, turns: 1 })
})

t.test('a target that the daemon does not take is offered again, five refusals hold', async (t) => {
  const refuse = (line: string): Reply =>
    line.startsWith('+\\set_pos') ? `${line.replace('+\\set_pos', 'set_pos:')}\nRPRT -9\n` : honest(line)
  const daemon = await fakeRotctld(t, refuse)
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  antenna.order({ ...manual(100, 30), lifetimeMs: null })
  const held = await reading((r) => r.live.state === 'safe_hold')
  t.equal(held.live.code, 'driver_failed')
  t.equal(daemon.lines.filter((line) => line.startsWith('+\\set_pos')).length, 5)
})

t.test('a stop that the daemon does not take is said until it does', async (t) => {
  let refusals = 3
  const daemon = await fakeRotctld(t, (line) =>
    line === '+\\stop' && refusals-- > 0 ? 'stop:\nRPRT -6\n' : honest(line),
  )
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  await antenna.halt()
  t.equal(daemon.lines.filter((line) => line === '+\\stop').length, 4)
})

t.test(
  'a stop waits for nothing but the request in flight, and goes before the new connection is used',
  async (t) => {
    const daemon = await HostileRotctld.start(t, { az: 180, el: 45 }, 6)
    const { antenna, reading } = await watch(t, daemon.port)
    await reading((r) => r.measured !== null)
    antenna.order(manual(300, 45))
    await reading((r) => r.commanded !== null)
    daemon.turn({ answer: (honest, line) => (line === '+\\get_pos' ? null : honest) })
    const told = daemon.told.length
    while (!daemon.told.slice(told).some(({ line }) => line === '+\\get_pos'))
      await new Promise((resolve) => setTimeout(resolve, 5))
    const asked = performance.now()
    await antenna.halt()
    const after = daemon.told.slice(told)
    const stop = after.findIndex(({ line }) => line === '+\\stop')
    t.same(
      after.slice(0, stop).map(({ line }) => line),
      ['+\\get_pos'],
      'only what was in flight came before it',
    )
    t.ok((after[stop]?.at ?? Number.NaN) - asked < 3000, 'its second, and what a loaded machine takes')
  },
)

t.test('G8: a dead-man does not wait for a rotator that is slow to answer', async (t) => {
  const daemon = await HostileRotctld.start(t, { az: 180, el: 45 }, 6)
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  antenna.order({ ...manual(300, 45), lifetimeMs: 300 })
  daemon.turn({ answer: (honest, line) => (line === '+\\get_pos' ? null : honest) })
  await reading((r) => r.measured === null)
  t.ok(daemon.told.some(({ line }) => line === '+\\stop') || antenna.guard.motion === null)
  while (!daemon.told.some(({ line }) => line === '+\\stop'))
    await new Promise((resolve) => setTimeout(resolve, 5))
  t.equal(antenna.guard.motion, null)
})

t.test('the same target is not sent again while the mount is on its way to it', async (t) => {
  const daemon = await fakeRotctld(t, honest)
  const { antenna, reading } = await watch(t, daemon.port)
  await reading((r) => r.measured !== null)
  const sent = () => daemon.lines.filter((line) => line.includes('set_pos')).length
  for (let i = 0; i < 4; i++) {
    antenna.order(manual(100, 30, `command-${i}`))
    await reading((r) => r.measured !== null)
  }
  t.equal(sent(), 1)
  await antenna.halt()
  antenna.order(manual(100, 30, 'command-9'))
  await reading((r) => r.measured !== null)
  t.equal(sent(), 2, 'after a stop it is')
})

t.test('a rotctld that is not there yet is waited for', async (t) => {
  const daemon = await startRotctld(t)
  if (daemon === null) return
  await daemon.kill()
  const { antenna, reading, log } = await watch(t, daemon.port, { mount: { ...MOUNT, parkEl: 45 } })
  t.equal(log.count(/does not answer yet/), 1)
  t.match(antenna.order(manual(10, 10)), { code: 'driver_failed' })
  await reading((r) => r.live.state === 'degraded')
  await daemon.revive()
  await reading((r) => r.measured !== null)
  t.equal(antenna.order(manual(3, 1)), null, 'never moved, so nothing was latched')
})
