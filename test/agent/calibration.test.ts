import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { CalibratedRotator, Calibration, calibratedMount, type Offset } from '../../agent/calibration.js'
import { RotctldDriver } from '../../agent/drivers/rotctld.js'
import { SimulatedDriver } from '../../agent/drivers/simulated.js'
import { withinDriver } from '../../agent/within-driver.js'
import { wrap360 } from '../../shared/angles.js'
import type { Mount } from '../../shared/messages.js'
import { onGrid } from '../../shared/mount/grid.js'
import { violation } from '../../shared/mount/limits.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, tempDir } from '../support/agent-bench.js'
import { anyMount, MOUNT } from '../support/mounts.js'
import { fakeRotctld, honest } from '../support/rotctld.js'

const anyOffset: fc.Arbitrary<Offset> = fc.record({
  az: fc.integer({ min: -18_000, max: 18_000 }).map((n) => n / 100),
  el: fc.integer({ min: -2000, max: 2000 }).map((n) => n / 100),
})

/** Zones without their very edge, on which the last digit of adding and taking away decides. */
const core = ({ keepOut }: Mount) =>
  keepOut
    .filter(({ azFrom, azTo }) => wrap360(azTo - azFrom) > 0.01)
    .map(({ azFrom, azTo, elBelow }) => ({
      azFrom: wrap360(azFrom + 0.001),
      azTo: wrap360(azTo - 0.001),
      elBelow: elBelow - 0.001,
    }))

t.test(
  'the metal stays where it is: what the guard allows of the sky lies in the limits of the mount',
  (t) => {
    let allowed = 0
    fc.assert(
      fc.property(
        anyMount,
        anyOffset,
        fc.double({ min: -400, max: 800, noNaN: true }),
        fc.double({ min: -30, max: 200, noNaN: true }),
        (mount, offset, az, el) => {
          const sky = calibratedMount(mount, offset)
          if (violation(sky, az, el) !== null) return
          allowed += 1
          // A hair for the last digit of adding and taking away.
          const [rawAz, rawEl] = [az - offset.az, el - offset.el]
          const hair = 1e-9
          if (rawAz < mount.azMin - hair || rawAz > mount.azMax + hair) throw new Error(`az ${rawAz}`)
          if (rawEl < mount.elMin - hair || rawEl > mount.elMax + hair) throw new Error(`el ${rawEl}`)
          const metal = { ...mount, azMin: -1e4, azMax: 1e4, elMin: -1e3, elMax: 1e3, keepOut: core(mount) }
          const isAcross = rawEl > 90 !== el > 90
          if (!isAcross && violation(metal, rawAz, rawEl) !== null) throw new Error('in a zone')
        },
      ),
      { numRuns: 3000, seed: 20261122, endOnFailure: true },
    )
    t.ok(allowed > 300, `${allowed} positions were allowed`)
    t.end()
  },
)

t.test('without an offset nothing is touched', (t) => {
  t.equal(calibratedMount(MOUNT, { az: 0, el: 0 }), MOUNT)
  t.end()
})

t.test('a keep-out zone all round stays all round', (t) => {
  const keepOut = [{ azFrom: 0, azTo: 360, elBelow: 10 }]
  t.same(calibratedMount({ ...MOUNT, keepOut }, { az: 7, el: 1 }).keepOut, [
    { azFrom: 0, azTo: 360, elBelow: 11 },
  ])
  t.end()
})

t.test(
  'the controller is told its own degrees, on its own steps, and its answer is read in those of the sky',
  async (t) => {
    const daemon = await fakeRotctld(t, honest)
    const raw = new RotctldDriver({ host: '127.0.0.1', port: daemon.port, model: null, allowRemote: false })
    const driver = new CalibratedRotator(raw, { az: 3.37, el: -0.5 })
    t.teardown(() => driver.close())
    const { limits, steps } = await driver.start()
    t.same(limits, { azMin: -176.63, azMax: 453.37, elMin: -0.5, elMax: 89.5 })
    t.equal(driver.capabilities, driver.capabilities, 'one connection, one object')
    t.same(await driver.position(), { az: 13.37, el: 19.5 })
    const sky = calibratedMount({ ...MOUNT, azMin: 0, azMax: 450, parkEl: 45 }, { az: 3.37, el: -0.5 })
    const held = withinDriver(sky, limits)
    if (held === null) throw new Error('no mount')
    for (const [goal, sent] of [
      [{ az: 100, el: 45 }, '96.63 45.50'],
      [{ az: held.azMax, el: held.elMax }, '450.00 90.00'],
      [{ az: held.azMin, el: held.elMin }, '0.00 0.00'],
    ] as const) {
      const target = onGrid(held, steps, goal)
      if (target === null) throw new Error('not on the grid')
      t.equal(await driver.moveTo(target.az, target.el, () => true), true)
      t.equal(daemon.lines.at(-1), `+\\set_pos ${sent}`)
    }
  },
)

t.test('whole degrees of a controller stay whole, wherever its zero stands', async (t) => {
  const steps = { az: 1, el: 1 }
  const raw = new SimulatedDriver(
    { azRate: 5, elRate: 5, steps, start: { az: 0, el: 0 } },
    systemClock,
    Math.random,
  )
  const driver = new CalibratedRotator(raw, { az: 0.4, el: 0 })
  const known = await driver.start()
  t.same(onGrid(MOUNT, known.steps, { az: 100, el: 45.3 }), { az: 100.4, el: 45 })
  await driver.close()
})

t.test('the offset is kept, holds from the next start on, and one that cannot be read is said', async (t) => {
  const dataDir = await tempDir(t)
  const log = new KeptLog()
  const first = new Calibration(dataDir, log)
  await first.load()
  await first.change({ az: 1.5, el: -0.2 })
  t.same(
    [first.now, first.next],
    [
      { az: 0, el: 0 },
      { az: 1.5, el: -0.2 },
    ],
  )
  const second = new Calibration(dataDir, log)
  await second.load()
  t.same(second.now, { az: 1.5, el: -0.2 })
  await writeFile(join(dataDir, 'calibration.json'), '{"az":1')
  const third = new Calibration(dataDir, log)
  await third.load()
  t.same(third.now, { az: 0, el: 0 })
  t.equal(log.count(/unreadable/), 1)
})
