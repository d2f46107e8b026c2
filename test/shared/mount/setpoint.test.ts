import t from 'tap'
import type { Mount } from '../../../shared/messages.js'
import { violation } from '../../../shared/mount/limits.js'
import {
  type Aim,
  axisBand,
  nextSetpoint,
  setpointOf,
  waitingPosition,
} from '../../../shared/mount/setpoint.js'
import type { SampledTrack } from '../../../shared/mount/track.js'
import { MOUNT } from '../../support/mounts.js'

const seconds = Array.from({ length: 121 }, (_, s) => s)
const track = (az: (s: number) => number, el: (s: number) => number = () => 0): SampledTrack => ({
  t0Ms: 0,
  dtMs: 1000,
  az: seconds.map(az),
  el: seconds.map(el),
})

/** Every setpoint of two minutes, asked for four times a second. */
function all(mount: Mount, line: SampledTrack): Aim[] {
  const found: Aim[] = []
  for (let ms = 0; ms < 120_000; ms += 250) {
    const next = nextSetpoint(mount, line, ms, 0, found.at(-1) ?? null)
    if (next !== null) found.push(next)
  }
  return found
}

t.test('a steady motion is cut into pieces of a whole dead band, and nothing is sent between', (t) => {
  const sent = all(
    MOUNT,
    track((s) => 10 + 0.5 * s),
  )
  const hops = sent.slice(1, -1).map((a, i) => a.az.sent - (sent[i]?.az.sent ?? 0))
  const whole = 2 * axisBand(MOUNT)
  t.ok(hops.length > 30)
  t.ok(
    hops.every((hop) => Math.abs(hop - whole) < 0.15),
    String(hops.slice(0, 5)),
  )
  t.end()
})

t.test('the hop is so early that the satellite passes its middle when the mount does', (t) => {
  const line = track((s) => 10 + 0.5 * s)
  const [, a, b] = all(MOUNT, line)
  if (a === undefined || b === undefined) return t.fail('too few')
  const middle = (a.az.sent + b.az.sent) / 2
  const passesMs = ((middle - 10) / 0.5) * 1000
  const slewMs = ((b.az.sent - a.az.sent) / MOUNT.azRate) * 1000
  t.ok(Math.abs(passesMs - (b.atMs + slewMs / 2)) < 300, `${passesMs} ${b.atMs}`)
  t.end()
})

t.test('round a turning point one setpoint is good for all of it', (t) => {
  const sent = all(
    MOUNT,
    track(
      () => 50,
      (s) => 40 - ((s - 60) / 60) ** 2,
    ),
  )
  t.equal(sent.length, 1)
  t.ok(Math.abs((sent[0]?.el.sent ?? 0) - 39.5) < 0.3)
  t.end()
})

t.test('an axis that must run at its rate is followed at every look', (t) => {
  const sent = all(
    MOUNT,
    track((s) => 10 + 1.5 * s),
  )
  const fast = all(
    MOUNT,
    track((s) => 10 + 5.9 * s),
  )
  const perLook = (aims: Aim[], until: number) => aims.filter((a) => a.atMs < until).length / (until / 250)
  t.ok(perLook(fast, 60_000) > 0.9 && perLook(sent, 100_000) < 0.4, `${perLook(fast, 60_000)}`)
  t.end()
})

t.test('a setpoint never runs ahead of the last by more than the guard lets pass', (t) => {
  const jump = track((s) => (s < 60 ? 10 : 200))
  const sent = all(MOUNT, jump)
  for (const [i, aim] of sent.entries()) {
    const before = sent[i - 1]
    if (before === undefined) continue
    const most = (MOUNT.azRate * (aim.atMs - before.atMs) * 1.5) / 1000 + 0.5
    t.ok(Math.abs(aim.az.sent - before.az.sent) <= most)
  }
  t.ok(Math.abs((sent.at(-1)?.az.sent ?? 0) - 200) < 1, 'and gets there')
  t.end()
})

t.test(
  'play is made up for in the direction of the motion, and left alone where the beam forgives it',
  (t) => {
    const loose: Mount = { ...MOUNT, azBacklash: 3, beamwidth: 5 }
    const rising = all(
      loose,
      track((s) => 10 + 0.5 * s),
    ).slice(2, -2)
    t.ok(rising.every((a) => Math.abs(a.az.sent - a.az.goal - 1.5) < 1e-9))
    const falling = all(
      loose,
      track((s) => 100 - 0.5 * s),
    ).slice(2, -2)
    t.ok(falling.every((a) => Math.abs(a.az.sent - a.az.goal + 1.5) < 1e-9))
    const wide = all(
      { ...loose, beamwidth: 80 },
      track((s) => 10 + 0.5 * s),
    )
    t.ok(wide.every((a) => a.az.sent === a.az.goal))
    t.equal(
      waitingPosition(
        loose,
        track((s) => 10 + 0.5 * s),
      ).az,
      8.5,
      'half of the play short of the begin',
    )
    t.end()
  },
)

t.test('the mount waits where the first setpoint will send it', (t) => {
  const line = track(
    (s) => 10 + 0.5 * s,
    (s) => 5 + 0.1 * s,
  )
  const [first] = all(MOUNT, line)
  t.same(waitingPosition(MOUNT, line), first === undefined ? null : setpointOf(first))
  t.end()
})

t.test('off the track by the dead band is no excuse for a zone', (t) => {
  const mast: Mount = { ...MOUNT, beamwidth: 40, keepOut: [{ azFrom: 0, azTo: 360, elBelow: 30 }] }
  const sent = all(
    mast,
    track(
      (s) => 10 + 0.5 * s,
      (s) => 30 + Math.abs(s - 60) / 30,
    ),
  )
  t.ok(sent.length > 5)
  t.ok(sent.every((a) => violation(mast, a.az.sent, a.el.sent) === null))
  t.end()
})

t.test('a track outside the limits is aimed at as it is, for the guard to refuse', (t) => {
  const narrow: Mount = { ...MOUNT, azMax: 20 }
  const aim = nextSetpoint(
    narrow,
    track(() => 100),
    0,
    0,
    null,
  )
  t.same(aim === null ? null : setpointOf(aim), { az: 100, el: 0 })
  t.end()
})
