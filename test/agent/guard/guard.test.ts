import t from 'tap'
import { decide, MISSES_DEGRADED, MISSES_HOLD } from '../../../agent/guard/guard.js'
import { liveState } from '../../../agent/guard/live.js'
import { clearance } from '../../../agent/guard/rules.js'
import {
  type Decision,
  type GuardEvent,
  type GuardState,
  initialState,
  type Order,
} from '../../../agent/guard/state.js'
import type { Mount } from '../../../shared/messages.js'
import { CENTIDEGREES } from '../../../shared/mount/grid.js'
import { MOUNT } from '../../support/mounts.js'

/** Distributes over unions, so that each event keeps its own fields. */
type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

/** The guard with a clock in hand: each call is one event, and the decision is kept. */
class Bench {
  state: GuardState
  last: Decision
  now = 0

  constructor(mount: Mount = MOUNT) {
    this.state = initialState(mount, null)
    this.last = { state: this.state, act: null, refusal: null, ending: null }
    this.measure(180, 45)
  }

  apply(event: Timeless<GuardEvent>): Decision {
    this.last = decide(this.state, { ...event, at: this.now } as GuardEvent)
    this.state = this.last.state
    // The controller takes all at once.
    const target = this.last.act === 'go' ? this.state.motion?.setpoint : undefined
    if (target !== undefined) this.state = decide(this.state, { kind: 'sent', at: this.now, target }).state
    return this.last
  }

  measure(az: number, el: number, afterMs = 250): Decision {
    this.now += afterMs
    return this.apply({ kind: 'measured', position: { az, el } })
  }

  order(az: number, el: number, rest: Partial<Order> = {}): Decision {
    const order: Order = { id: 'command-1', source: 'manual', goal: { az, el }, lifetimeMs: 5000, ...rest }
    return this.apply({ kind: 'order', order })
  }

  plan(az: number, el: number, afterMs = 250): Decision {
    this.now += afterMs
    return this.order(az, el, { id: 'contact-1', source: 'plan', lifetimeMs: null })
  }
}

t.test('G1: an order that is no number is refused by name and nothing leaves', (t) => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const bench = new Bench()
    t.match(bench.order(bad, 10), { act: null, refusal: { code: 'not_finite' } })
    t.match(bench.order(10, bad), { act: null, refusal: { code: 'not_finite' } })
    t.equal(clearance(bench.state, bench.now), null)
  }
  t.end()
})

t.test('an order inside the limits leaves as it was given, rounded to two decimals', (t) => {
  const bench = new Bench()
  t.match(bench.order(190.0049, 45.006), { act: 'go', refusal: null })
  t.same(clearance(bench.state, bench.now), { az: 190, el: 45.01 })
  t.match(bench.order(451, 45).refusal, { code: 'out_of_limits' })
  t.end()
})

t.test('what would round to outside the limits goes to the last step inside', (t) => {
  const bench = new Bench({ ...MOUNT, azMax: 200.004 })
  t.equal(bench.order(200.004, 45).act, 'go')
  const narrow = new Bench({ ...MOUNT, azMax: 199.996 })
  t.match(narrow.order(199.996, 45), { act: 'go', state: { motion: { setpoint: { az: 199.99 } } } })
  t.end()
})

t.test(
  'a controller of whole degrees is told whole degrees, inside the limits, and has arrived where it can',
  (t) => {
    const bench = new Bench({ ...MOUNT, azMax: 199.6 })
    bench.apply({ kind: 'driver', mount: bench.state.mount, steps: { az: 1, el: 1 } })
    t.match(bench.order(199.6, 45.4, { lifetimeMs: null }), { act: 'go' })
    t.same(clearance(bench.state, bench.now), { az: 199, el: 45 })
    t.match(bench.measure(198, 45, 3000).ending, { how: 'arrived' })
    t.end()
  },
)

t.test('a target that a controller can only round into a keep-out zone is refused', (t) => {
  const bench = new Bench({ ...MOUNT, keepOut: [{ azFrom: 190, azTo: 200, elBelow: 30.3 }] })
  t.equal(bench.order(195, 30.4).refusal, null)
  bench.apply({ kind: 'driver', mount: bench.state.mount, steps: { az: 1, el: 1 } })
  t.match(bench.order(195, 30.4).refusal, { code: 'keep_out' })
  t.end()
})

t.test('nothing moves while the position is unknown or old', (t) => {
  const bench = new Bench()
  bench.state = initialState(MOUNT, null)
  t.match(bench.order(10, 10).refusal, { code: 'driver_failed' })
  bench.measure(180, 45)
  bench.now += 3001
  t.match(bench.order(10, 10).refusal, { code: 'driver_failed' })
  t.end()
})

t.test('G8: motion by hand stops when its authority ends', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: 1000 })
  bench.now += 999
  t.equal(bench.apply({ kind: 'tick' }).act, null)
  bench.now += 1
  t.equal(clearance(bench.state, bench.now), null, 'even before the tick nothing may leave')
  t.match(bench.apply({ kind: 'tick' }), { act: 'stop', ending: { how: 'stopped', code: 'expired' } })
  t.equal(bench.state.motion, null)
  t.end()
})

t.test('fresh authority lets motion by hand go on', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: 1000 })
  bench.measure(186, 45, 900)
  t.match(bench.order(300, 45, { id: 'command-2', lifetimeMs: 1000 }).ending, {
    id: 'command-1',
    how: 'superseded',
  })
  bench.now += 500
  t.equal(bench.apply({ kind: 'tick' }).act, null)
  t.end()
})

t.test('an order that has arrived is over and needs no authority any more', (t) => {
  const bench = new Bench()
  bench.order(181, 45, { lifetimeMs: 1000 })
  t.match(bench.measure(180.9, 45), { ending: { id: 'command-1', how: 'arrived' } })
  bench.now += 2000
  t.match(bench.apply({ kind: 'tick' }), { act: null, ending: null })
  t.equal(liveState(bench.state).state, 'idle')
  t.end()
})

t.test('a detour goes leg by leg', (t) => {
  const bench = new Bench({ ...MOUNT, keepOut: [{ azFrom: 190, azTo: 200, elBelow: 50 }] })
  t.equal(bench.order(220, 45, { lifetimeMs: null }).act, 'go')
  t.same(bench.state.motion?.setpoint, { az: 180, el: 52 })
  t.equal(bench.measure(180, 48, 1000).act, null)
  t.equal(bench.measure(180, 51.5, 1000).act, 'go')
  t.same(bench.state.motion?.setpoint, { az: 220, el: 51.5 })
  bench.measure(199, 51.5, 3000)
  bench.measure(219.8, 51.5, 3000)
  t.same(bench.state.motion?.setpoint, { az: 220, el: 45 })
  t.match(bench.measure(220, 45.3, 2000).ending, { how: 'arrived' })
  t.end()
})

t.test('the mount has moved on since the reading: the way is checked from there too', (t) => {
  const bench = new Bench({ ...MOUNT, keepOut: [{ azFrom: 190, azTo: 200, elBelow: 50 }] })
  bench.measure(180, 60, 5000)
  bench.order(240, 60, { lifetimeMs: null })
  bench.now += 2000
  // Two seconds on it may be over the zone, where going down is going in; at the reading it was not.
  t.match(bench.order(180, 45, { id: 'command-2', lifetimeMs: null }).refusal, { code: 'keep_out' })
  bench.measure(180.1, 60, 10)
  t.equal(bench.order(180, 45, { id: 'command-3', lifetimeMs: null }).act, 'go')
  t.end()
})

t.test('a plan that has the antenna keeps hands off, except the one that stops', (t) => {
  const bench = new Bench()
  t.match(bench.plan(180, 45).refusal, { code: 'stopped_by_person' }, 'not without the claim')
  bench.apply({ kind: 'claim', id: 'contact-1' })
  t.equal(bench.plan(181, 45).act, 'go')
  t.match(bench.order(200, 45).refusal, { code: 'busy' })
  t.match(bench.apply({ kind: 'claim', id: 'contact-2' }).refusal, { code: 'busy' })
  t.match(bench.apply({ kind: 'stop', by: 'person' }), { act: 'stop', ending: { code: 'stopped_by_person' } })
  t.match(bench.plan(182, 45).refusal, { code: 'stopped_by_person' })
  t.equal(bench.order(200, 45).act, 'go')
  t.end()
})

t.test('a plan that takes the antenna ends what is done by hand', (t) => {
  const bench = new Bench()
  bench.order(300, 45)
  t.match(bench.apply({ kind: 'claim', id: 'contact-1' }), { act: 'stop', ending: { how: 'superseded' } })
  bench.now += 6000
  t.equal(bench.apply({ kind: 'tick' }).state.claim, 'contact-1', 'its dead-man is no business of the plan')
  t.end()
})

t.test('setpoints of a plan may not jump further than the mount moves', (t) => {
  const bench = new Bench()
  bench.apply({ kind: 'claim', id: 'contact-1' })
  t.equal(bench.plan(200, 45).act, 'go', 'the first is a slew')
  t.match(bench.plan(204, 45).refusal, { code: 'rate_exceeded' }, '4 degrees in 0.25 s at 6 deg/s')
  t.equal(bench.plan(204, 45, 250).act, 'go', 'half a second after the last that was taken')
  t.match(bench.plan(204, 49).refusal, { code: 'rate_exceeded' })
  t.end()
})

t.test('3 misses are degraded, 5 stop and hold until somebody releases', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: null })
  const acts: (string | null)[] = []
  for (let i = 1; i <= MISSES_HOLD; i++) {
    bench.now += 1000
    acts.push(bench.apply({ kind: 'missed' }).act)
    const { state } = liveState(bench.state)
    t.equal(state, i >= MISSES_HOLD ? 'safe_hold' : i >= MISSES_DEGRADED ? 'degraded' : 'slewing')
  }
  t.same(acts, [null, null, null, null, 'stop'])
  t.match(bench.order(200, 45).refusal, { code: 'safe_hold' })
  t.match(bench.apply({ kind: 'claim', id: 'contact-1' }).refusal, { code: 'safe_hold' })
  bench.measure(180, 45)
  t.equal(liveState(bench.state).state, 'safe_hold', 'latched: a good reading does not release')
  bench.apply({ kind: 'release', by: 'fleet' })
  t.match(bench.order(200, 45).refusal, { code: 'driver_failed' }, 'first look where the mount is')
  bench.measure(10, 10)
  t.equal(bench.order(20, 10).act, 'go')
  t.end()
})

t.test('misses at once are one miss; a reading in between ends the row', (t) => {
  const bench = new Bench()
  for (let i = 0; i < 50; i++) {
    bench.now += 10
    bench.apply({ kind: 'missed' })
  }
  t.equal(bench.state.misses, 1)
  bench.measure(180, 45)
  t.equal(bench.state.misses, 0)
  t.end()
})

t.test('a rotator that was never heard of is degraded, not held', (t) => {
  const bench = new Bench()
  bench.state = initialState(MOUNT, null)
  for (let i = 0; i < 10; i++) {
    bench.now += 1000
    bench.apply({ kind: 'missed' })
  }
  t.same(liveState(bench.state), { state: 'degraded', code: 'driver_failed' })
  t.end()
})

t.test('an encoder that jumps is not believed, five times over it is held', (t) => {
  const bench = new Bench()
  bench.order(200, 45, { lifetimeMs: null })
  bench.measure(0, 45, 1000)
  t.equal(bench.state.position?.az, 180)
  for (let i = 0; i < 4; i++) bench.measure(i % 2 === 0 ? 449 : 0, 45, 1000)
  t.equal(bench.state.hold, 'driver_failed')
  t.match(bench.last.act, 'stop')
  t.end()
})

t.test('no number is no position', (t) => {
  const bench = new Bench()
  bench.state = initialState(MOUNT, null)
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e9]) bench.measure(bad, 10, 1000)
  t.equal(bench.state.position, null)
  t.equal(bench.state.misses, 3)
  t.end()
})

t.test('a mount that leaves its limits is stopped and held', (t) => {
  const bench = new Bench()
  bench.measure(180, 2, 20_000)
  bench.order(180, 0, { lifetimeMs: null })
  bench.measure(180, 0)
  t.equal(bench.measure(180, -1.5).act, null, 'overshoot')
  t.match(bench.measure(180, -3), { act: 'stop', state: { hold: 'out_of_limits' } })
  t.end()
})

t.test('a mount that goes deep into a keep-out zone is stopped and held', (t) => {
  const bench = new Bench({ ...MOUNT, keepOut: [{ azFrom: 190, azTo: 200, elBelow: 50 }] })
  bench.measure(188, 45, 2000)
  t.match(bench.measure(191, 45, 1000), { act: 'stop', state: { hold: 'keep_out' } })
  t.end()
})

t.test('a mount that was left in a zone may be climbed out of it', (t) => {
  const bench = new Bench({ ...MOUNT, keepOut: [{ azFrom: 170, azTo: 190, elBelow: 60 }] })
  t.equal(bench.order(180, 61, { lifetimeMs: null }).act, 'go')
  bench.measure(180, 47, 1000)
  bench.measure(180.1, 50, 1000)
  t.equal(bench.state.hold, null)
  t.match(bench.order(250, 61, { lifetimeMs: null }), { act: 'go' })
  t.same(bench.state.motion?.setpoint, { az: 180.1, el: 62 }, 'up first')
  t.end()
})

t.test('a mount that is told to move and does not is stopped and held', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: null })
  for (let i = 0; i < 20; i++) bench.measure(180.1, 45)
  t.equal(bench.state.hold, null)
  bench.measure(180, 45, 300)
  t.match(bench.state.hold, 'driver_failed')
  t.end()
})

t.test('a slow target is no stall', (t) => {
  const bench = new Bench()
  bench.apply({ kind: 'claim', id: 'contact-1' })
  for (let i = 0; i < 100; i++) {
    bench.plan(180 + i * 0.01, 45)
    bench.measure(180, 45, 1)
  }
  t.equal(bench.state.hold, null)
  t.equal(bench.plan(190, 45, 3000).act, 'go')
  bench.measure(180, 45)
  t.equal(bench.state.hold, null, 'and a step after a long rest starts the count anew')
  t.end()
})

t.test('a mount that goes on after a stop is told again, then held', (t) => {
  const bench = new Bench()
  bench.order(300, 45)
  bench.apply({ kind: 'stop', by: 'person' })
  let az = 180
  const acts: (string | null)[] = []
  for (let i = 0; i < 60 && bench.state.hold === null; i++) {
    az += 1
    acts.push(bench.measure(az, 45).act)
  }
  t.equal(acts.filter((act) => act === 'stop').length, 4)
  t.equal(bench.state.hold, 'uncommanded_motion')
  t.end()
})

t.test('a mount that runs out after a stop is left in peace', (t) => {
  const bench = new Bench()
  bench.order(300, 45)
  bench.apply({ kind: 'stop', by: 'person' })
  for (const az of [181, 182, 182.5, 182.5, 182.6, 182.5, 182.5, 182.5, 182.5, 182.4, 182.5])
    t.equal(bench.measure(az, 45).act, null)
  t.end()
})

t.test('G2: limits from the server only cut into the local ones', (t) => {
  const bench = new Bench()
  const loose = { azMin: 0, azMax: 451, elMin: 0, elMax: 90 }
  t.match(bench.apply({ kind: 'tighten', limits: loose }).refusal, { code: 'looser_than_local' })
  const reversed = { azMin: 200, azMax: 100, elMin: 0, elMax: 90 }
  t.match(bench.apply({ kind: 'tighten', limits: reversed }).refusal, { code: 'looser_than_local' })
  t.equal(
    bench.apply({ kind: 'tighten', limits: { azMin: 90, azMax: 270, elMin: 10, elMax: 80 } }).refusal,
    null,
  )
  t.match(bench.order(280, 45).refusal, { code: 'out_of_limits' })
  t.equal(bench.order(260, 45).act, 'go')
  t.match(bench.apply({ kind: 'tighten', limits: { azMin: 90, azMax: 250, elMin: 10, elMax: 80 } }), {
    act: 'stop',
    ending: { code: 'out_of_limits' },
  })
  t.equal(bench.apply({ kind: 'tighten', limits: { ...loose, azMax: 450 } }).refusal, null, 'back to local')
  t.end()
})

t.test('G2: limits of the driver that leave nothing of the tightened ones leave nothing', (t) => {
  const bench = new Bench()
  bench.apply({ kind: 'tighten', limits: { azMin: 90, azMax: 270, elMin: 10, elMax: 80 } })
  bench.apply({ kind: 'driver', mount: { ...MOUNT, azMin: 300 }, steps: CENTIDEGREES })
  t.match(bench.order(310, 45).refusal, { code: 'out_of_limits' })
  t.match(bench.order(200, 45).refusal, { code: 'out_of_limits' })
  t.match(bench.apply({ kind: 'driver', mount: null, steps: CENTIDEGREES }), {
    act: 'stop',
    state: { hold: 'out_of_limits' },
  })
  t.end()
})

t.test('a driver that takes no target is degraded, then held', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: null })
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) {
      bench.now += 1000
      bench.apply({ kind: 'send_failed' })
      bench.apply({ kind: 'send_failed' })
    }
  }
  fail(3)
  t.equal(liveState(bench.state).state, 'degraded')
  bench.apply({ kind: 'sent', target: { az: 300, el: 45 } })
  t.equal(liveState(bench.state).state, 'slewing')
  fail(5)
  t.equal(liveState(bench.state).state, 'safe_hold')
  t.end()
})

t.test('the live state tells rest from park from target', (t) => {
  const bench = new Bench()
  t.equal(liveState(bench.state).state, 'idle')
  bench.apply({ kind: 'claim', id: 'contact-1' })
  bench.plan(195, 45)
  t.equal(liveState(bench.state).state, 'slewing')
  bench.measure(190, 45, 2000)
  t.equal(liveState(bench.state).state, 'on_target', 'within half the beam width of 20 degrees')
  bench.apply({ kind: 'unclaim', id: 'contact-1' })
  bench.measure(180, 68, 10_000)
  bench.measure(180, 90, 10_000)
  t.equal(liveState(bench.state).state, 'parked')
  t.end()
})

t.test('a mount at rest that somebody else moves is told to stop, then held; wind does not count', (t) => {
  const bench = new Bench()
  for (let i = 0; i < 200; i++) t.equal(bench.measure(180 + (i % 3), 45).act, null)
  const acts: (string | null)[] = []
  for (let i = 0; i < 200 && bench.state.hold === null; i++) acts.push(bench.measure(182 + i * 0.5, 45).act)
  t.equal(acts.filter((act) => act === 'stop').length, 4)
  t.equal(bench.state.hold, 'uncommanded_motion')
  t.end()
})

t.test('what arrived and is moved away again is not brought back', (t) => {
  const bench = new Bench()
  bench.order(181, 45, { lifetimeMs: 1000 })
  bench.measure(181, 45)
  for (let i = 0; i < 12; i++) bench.measure(181, 45)
  t.match(bench.measure(185, 45), { act: 'stop', state: { motion: null } })
  t.end()
})

t.test('a mount that sags a little now and then is told to stop, and not held for it', (t) => {
  const bench = new Bench()
  for (let hour = 0; hour < 6; hour++) {
    for (let i = 0; i < 20; i++) bench.measure(180, 45 - hour * 3, 5000)
    t.equal(bench.state.hold, null)
  }
  t.end()
})

t.test('in safe hold a stop is said again for ten seconds; then the keys of the controller are free', (t) => {
  const bench = new Bench()
  bench.apply({ kind: 'hold' })
  t.equal(bench.state.hold, 'held_at_station')
  for (let i = 0; i < 12; i++) bench.measure(180, 45)
  t.equal(bench.measure(184, 45).act, 'stop')
  for (let i = 0; i < 60; i++) bench.measure(184, 45)
  t.equal(bench.measure(189, 45).act, null)
  t.end()
})

t.test('a mount that goes the wrong way is stopped and held, on the track of a plan too', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: null })
  for (let i = 0; i < 40 && bench.state.hold === null; i++) bench.measure(178.5 - i * 1.5, 45)
  t.equal(bench.state.hold, 'uncommanded_motion')
  t.ok((bench.state.position?.az ?? 0) > 155, `found at ${bench.state.position?.az}`)
  const plan = new Bench()
  plan.apply({ kind: 'claim', id: 'contact-1' })
  plan.plan(200, 45)
  for (let i = 1; i < 60 && plan.state.hold === null; i++) {
    plan.plan(200 + i * 0.2, 45)
    plan.measure(180 - i, 45, 1)
  }
  t.equal(plan.state.hold, 'uncommanded_motion')
  t.end()
})

t.test('a mount that is sent back runs on a little, and is let', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { lifetimeMs: null })
  for (let i = 1; i < 20; i++) bench.measure(180 + i * 1.5, 45)
  bench.order(100, 45, { id: 'command-2', lifetimeMs: null })
  for (const az of [210, 211, 211.5, 211, 209]) bench.measure(az, 45)
  t.equal(bench.state.hold, null)
  t.end()
})

t.test('G8: motion by hand has an end, whoever forgot to say one', (t) => {
  for (const [lifetimeMs, until] of [
    [null, 5000],
    [Number.NaN, 0],
    [-1, 0],
    [1e9, 5000],
    [Number.POSITIVE_INFINITY, 5000],
  ] as const) {
    const bench = new Bench()
    bench.order(300, 45, { lifetimeMs })
    t.equal((bench.state.motion?.until ?? 0) - bench.now, until, String(lifetimeMs))
  }
  t.end()
})

t.test('nothing is sent on an old reading, also when it was ordered on a fresh one', (t) => {
  const bench = new Bench()
  bench.order(300, 45, { source: 'park', lifetimeMs: null })
  bench.now += 3001
  t.equal(clearance(bench.state, bench.now), null)
  t.match(bench.apply({ kind: 'blocked' }), { act: 'stop', ending: { code: 'driver_failed' } })
  t.end()
})

t.test('another controller behind the driver ends what it cannot be told', (t) => {
  const bench = new Bench()
  bench.order(300.25, 45, { lifetimeMs: null })
  bench.apply({ kind: 'driver', mount: { ...MOUNT }, steps: CENTIDEGREES })
  t.not(bench.state.motion, null, 'the same again')
  const decision = bench.apply({ kind: 'driver', mount: { ...MOUNT }, steps: { az: 1, el: 1 } })
  t.match(decision, { act: 'stop', ending: { code: 'limits_mismatch' } })
  t.end()
})

t.test('a step that is smaller than the arrival is taken before it is over', (t) => {
  let state = decide(initialState(MOUNT, null), {
    kind: 'measured',
    at: 0,
    position: { az: 180, el: 45 },
  }).state
  const order = { id: 'command-1', source: 'manual', goal: { az: 180.5, el: 45 }, lifetimeMs: 5000 } as const
  state = decide(state, { kind: 'order', at: 1, order }).state
  const early = decide(state, { kind: 'measured', at: 2, position: { az: 180, el: 45 } })
  t.equal(early.ending, null)
  t.same(clearance(early.state, 3), { az: 180.5, el: 45 })
  const other = decide(early.state, { kind: 'sent', at: 4, target: { az: 180, el: 45 } }).state
  t.equal(other.motion?.isSent, false, 'an older target was taken')
  const sent = decide(other, { kind: 'sent', at: 5, target: { az: 180.5, el: 45 } }).state
  const there = decide(sent, { kind: 'measured', at: 6, position: { az: 180, el: 45 } })
  t.match(there.ending, { how: 'arrived' })
  t.equal(clearance(there.state, 7), null, 'what is over is not sent')
  t.end()
})

t.test('a reading that contradicts the last one keeps the next setpoint back until one fits again', (t) => {
  const bench = new Bench()
  bench.order(200, 45)
  bench.measure(182, 45)
  t.same(clearance(bench.state, bench.now), { az: 200, el: 45 })
  bench.measure(20, 45)
  t.equal(clearance(bench.state, bench.now), null, 'one of the two is a lie')
  t.match(bench.apply({ kind: 'blocked' }), { act: null, ending: null }, 'and the order waits')
  bench.measure(183, 45)
  t.same(clearance(bench.state, bench.now), { az: 200, el: 45 })
  t.end()
})
