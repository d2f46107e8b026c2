import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { Antenna } from '../../agent/antenna.js'
import { RotctldDriver } from '../../agent/drivers/rotctld.js'
import { GuardMemory } from '../../agent/guard/memory.js'
import type { Reading } from '../../agent/sight.js'
import { wrap360 } from '../../shared/angles.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, tempDir } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'
import { HostileRotctld } from '../support/simulators/hostile-rotctld.js'

/** Real sockets and real seconds, on a machine that may be busy. */
t.setTimeout(180_000)

/** Fast, so that a turn takes three seconds. */
const RATE = 100
const mount = { ...MOUNT, azMin: -180, azMax: 450, azRate: RATE, elRate: RATE, parkAz: 0, parkEl: 30 }
const SLEWING = fileURLToPath(new URL('./antenna.slewing.js', import.meta.url))

async function watch(t: Test, port: number, dataDir: string) {
  const log = new KeptLog()
  const antenna = new Antenna({
    mount,
    driver: new RotctldDriver({ host: '127.0.0.1', port, allowRemote: false, model: null }),
    azimuthReport: 'modulo',
    parkBy: 'position',
    memory: new GuardMemory(dataDir, log),
    clock: systemClock,
    log,
  })
  t.teardown(() => antenna.stop())
  await antenna.start()
  const reading = (test: (reading: Reading) => boolean) =>
    new Promise<Reading>((resolve) => {
      const unlisten = antenna.listen({
        onReading: (reading) => {
          if (!test(reading)) return
          unlisten()
          resolve(reading)
        },
      })
    })
  return { antenna, log, reading }
}

/** A mount whose controller shows 0..360. */
async function forgetful(t: Test, az: number): Promise<HostileRotctld> {
  const daemon = await HostileRotctld.start(t, { az, el: 30 }, RATE)
  daemon.turn({ claim: (truth) => ({ az: wrap360(truth.az).toFixed(2), el: truth.el.toFixed(2) }) })
  return daemon
}

async function stated(t: Test, daemon: HostileRotctld, az: number): Promise<string> {
  const dataDir = await tempDir(t)
  const { antenna, reading } = await watch(t, daemon.port, dataDir)
  const held = await reading((r) => r.live.state === 'safe_hold')
  t.match(held, { measured: null, live: { code: 'turn_unknown' } })
  t.equal(await antenna.stateTurn(az), null)
  await reading((r) => r.measured?.az === az)
  await antenna.stop()
  return dataDir
}

t.test('kill -9 in a slew of more than a turn: the next start knows how the cable is wound', async (t) => {
  const daemon = await forgetful(t, -170)
  const dataDir = await stated(t, daemon, -170)
  let goal = 440
  for (const killedAt of [-60, 180, 400, 150, -140]) {
    const isUp = killedAt > daemon.mount.position.az
    goal = isUp ? 440 : -175
    const child = spawn(
      process.execPath,
      [SLEWING, dataDir, String(daemon.port), JSON.stringify(mount), String(goal)],
      { stdio: 'inherit' },
    )
    const gone = once(child, 'exit')
    const isThere = () => (isUp ? daemon.mount.position.az >= killedAt : daemon.mount.position.az <= killedAt)
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await gone
    // The controller knows nothing of it and drives on to what it was told.
    const { antenna, reading } = await watch(t, daemon.port, dataDir)
    const found = await reading((r) => r.measured !== null || r.live.state === 'safe_hold')
    const truth = daemon.mount.position.az
    t.ok(Math.abs((found.measured?.az ?? Number.NaN) - truth) < 90, `${found.measured?.az} for ${truth}`)
    await antenna.stop()
  }
  t.ok(
    daemon.told.filter(({ line }) => line.includes('set_pos')).length > 10,
    'the long way is gone in parts',
  )
})

t.test('a mount that was turned while nobody looked is held until a person says its turn', async (t) => {
  const daemon = await forgetful(t, 30)
  const dataDir = await stated(t, daemon, 30)
  daemon.mount.head({ az: 250, el: 30 })
  while (daemon.mount.position.az < 249.9) await new Promise((resolve) => setTimeout(resolve, 5))
  const { antenna, reading, log } = await watch(t, daemon.port, dataDir)
  const held = await reading((r) => r.live.state === 'safe_hold')
  t.match(held, { measured: null, live: { code: 'turn_unknown' } })
  t.match(antenna.turn, { could: [-110, 250] })
  t.equal(log.count(/talos agent wound/), 1)
  t.match(antenna.order({ id: 'slew-1', source: 'park', goal: { az: 0, el: 30 }, lifetimeMs: null }), {
    code: 'safe_hold',
  })
  for (const by of ['fleet', 'station'] as const) t.match(antenna.release(by), { code: 'turn_unknown' })
  t.match(await antenna.stateTurn(0), { code: 'invalid_request' })
  await antenna.stop()

  const again = await watch(t, daemon.port, dataDir)
  t.equal((await again.reading(() => true)).live.code, 'turn_unknown', 'a restart does not end it')
  t.equal(await again.antenna.stateTurn(250), null)
  const seen = await again.reading((r) => r.measured !== null)
  t.match(seen, { measured: { az: 250 }, live: { code: null } })
  again.antenna.hold()
  t.equal(await again.antenna.stateTurn(250), null)
  t.equal(again.antenna.live.code, 'held_at_station', 'another hold is not ended by it')
  t.equal(again.antenna.release('station'), null)
})

t.test(
  'a controller that starts anew in mid-flight has lost the count: not believed, not after a release',
  async (t) => {
    const daemon = await forgetful(t, 200)
    const dataDir = await stated(t, daemon, 200)
    const { antenna, reading } = await watch(t, daemon.port, dataDir)
    await reading((r) => r.measured?.az === 200)
    daemon.turn({ claim: () => ({ az: '0.00', el: '30.00' }) })
    t.match(await reading((r) => r.live.state === 'safe_hold'), { live: { code: 'driver_failed' } })
    antenna.release('station')
    t.match(await reading((r) => r.live.code === 'turn_unknown'), { measured: null })
  },
)
