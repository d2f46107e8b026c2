import fc from 'fast-check'
import t from 'tap'
import { type AzEl, wrap360 } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { violation } from '../../../shared/mount/limits.js'
import { planPath } from '../../../shared/mount/path.js'
import { axisBand, waitingPosition } from '../../../shared/mount/setpoint.js'
import { followTrack, type Sender, type Simulation, simulate } from '../../../shared/mount/simulate.js'
import { plainFacing } from '../../../shared/mount/sky.js'
import { positionAt } from '../../../shared/mount/track.js'
import { anyRealMount, MOUNT } from '../../support/mounts.js'
import { anyPass, straightPass, type TestPass } from '../../support/passes.js'

const LATENCY_MS = 200
const endOf = (pass: TestPass): number => (pass.az.length - 1) * pass.dtMs

function run(mount: Mount, pass: TestPass, start: AzEl, send: Sender, periodMs: number): Simulation {
  const seen = { t0Ms: 0, dtMs: pass.dtMs, ...plainFacing(pass) }
  const sky = (ms: number) => positionAt(seen, ms)
  return simulate(mount, { fromMs: 0, toMs: endOf(pass), start, sky, send, periodMs, latencyMs: LATENCY_MS })
}

function ours(mount: Mount, pass: TestPass): Simulation | null {
  const path = planPath(mount, pass)
  if (path === null) return null
  const track = { t0Ms: 0, dtMs: pass.dtMs, az: path.az, el: path.el }
  return run(mount, pass, waitingPosition(mount, track), followTrack(mount, track, LATENCY_MS + 125), 250)
}

/** «Send where it is, once a second», with azimuths folded into the first turn of the travel. */
function naive(mount: Mount, pass: TestPass): Simulation {
  const seen = { t0Ms: 0, dtMs: pass.dtMs, ...plainFacing(pass) }
  const at = (ms: number): AzEl => {
    const { az, el } = positionAt(seen, Math.max(0, ms))
    return {
      az: mount.azMin + wrap360(az - mount.azMin),
      el: Math.min(mount.elMax, Math.max(mount.elMin, el)),
    }
  }
  return run(mount, pass, at(0), at, 1000)
}

t.test('a pass that the mount can follow is held within the dead band, with few starts', (t) => {
  const pass = straightPass({ maxEl: 60, azAtTop: 90 })
  const [us, them] = [ours(MOUNT, pass), naive(MOUNT, pass)]
  t.equal(us?.onTarget, 1)
  t.ok(us !== null && us.maxErrDeg < 1.2 && us.rmsErrDeg < 0.7, `${us?.rmsErrDeg} ${us?.maxErrDeg}`)
  t.ok(us !== null && us.starts * 4 < them.starts, `${us?.starts} starts against ${them.starts}`)
  t.end()
})

t.test('a mount that starts far away is off target until it arrives, and counts its starts', (t) => {
  const still: TestPass = {
    az: new Array<number>(61).fill(180),
    el: new Array<number>(61).fill(45),
    dtMs: 1000,
  }
  const went = run(MOUNT, still, { az: 0, el: 45 }, () => ({ az: 180, el: 45 }), 1000)
  t.equal(went.starts, 1)
  t.ok(Math.abs(went.onTargetS - (60 - 28)) < 3, `${went.onTargetS} s`)
  t.ok(Math.abs(went.maxErrDeg - 90) < 0.2, `${went.maxErrDeg}`)
  t.end()
})

t.test('a controller does not heed a move below its dead band', (t) => {
  const deaf: Mount = { ...MOUNT, deadband: 2 }
  const still: TestPass = { az: [10, 10], el: [20, 20], dtMs: 10_000 }
  t.equal(run(deaf, still, { az: 10, el: 20 }, () => ({ az: 11, el: 20 }), 1000).starts, 0)
  t.equal(run(deaf, still, { az: 10, el: 20 }, () => ({ az: 13, el: 20 }), 1000).starts, 1)
  t.end()
})

t.test('an axis that must gather speed is led by its braking distance and does not fall behind', (t) => {
  const heavy: Mount = { ...MOUNT, azAccel: 3, elAccel: 3, beamwidth: 2 }
  const pass = straightPass({ maxEl: 75, azAtTop: 90 })
  const went = ours(heavy, pass)
  t.equal(went?.onTarget, 1, `${went?.maxErrDeg}`)
  t.end()
})

t.test('play is made up for where the beam is narrower than it', (t) => {
  const loose: Mount = { ...MOUNT, azBacklash: 1.5, elBacklash: 1.5, beamwidth: 2 }
  const pass = straightPass({ maxEl: 50, azAtTop: 90 })
  const went = ours(loose, pass)
  t.ok(went !== null && went.onTarget > 0.99 && went.rmsErrDeg < 0.3, `${went?.rmsErrDeg}`)
  t.end()
})

t.test('any mount, any pass: no setpoint outside limits or in a keep-out', (t) => {
  let sent = 0
  fc.assert(
    fc.property(anyRealMount, anyPass, (mount, pass) => {
      const went = ours(mount, pass)
      sent += went?.sent.length ?? 0
      return went?.sent.every((s) => violation(mount, s.az, s.el) === null) ?? true
    }),
    { numRuns: 50 },
  )
  t.ok(sent > 1000, `${sent} setpoints`)
  t.end()
})

t.test(
  'where the naive sender holds the beam so do we, and never err more than it by over the dead band',
  (t) => {
    let compared = 0
    const worse: string[] = []
    fc.assert(
      fc.property(anyRealMount, anyPass, (withZones, pass) => {
        const mount = { ...withZones, keepOut: [], azBacklash: 0, elBacklash: 0 }
        const them = naive(mount, pass)
        if (them.onTarget < 1) return
        compared += 1
        const us = ours(mount, pass)
        // Half the dead band of both axes together; a look that comes late adds to it.
        const forgiven = them.maxErrDeg + 1.5 * Math.SQRT2 * axisBand(mount)
        if (us === null || us.onTarget < 1 || us.maxErrDeg > forgiven)
          worse.push(`${us?.onTarget} ${us?.maxErrDeg}, naive ${them.maxErrDeg}: ${JSON.stringify(mount)}`)
      }),
      { numRuns: 80 },
    )
    t.same(worse, [])
    t.ok(compared > 10, `${compared} passes`)
    t.end()
  },
)
