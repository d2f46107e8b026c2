import fc from 'fast-check'
import t from 'tap'
import { decide } from '../../../agent/guard/guard.js'
import { clearance } from '../../../agent/guard/rules.js'
import { type Decision, type GuardState, initialState } from '../../../agent/guard/state.js'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { EDGE_SLACK_DEG } from '../../../shared/mount/limits.js'
import { advance } from '../../../shared/mount/slew.js'
import { anyMount, isInZone } from '../../support/mounts.js'
import { anyHappening, type Happening } from './events.js'

/** A rotator that obeys at once and moves at the rates it is given, and the guard before it. */
class World {
  state: GuardState
  truth: AzEl
  target: AzEl
  now = 1000
  /** Setpoints that left, and how many of them were legs of a detour. */
  sent = 0
  detours = 0
  /** What was broken, in words. */
  readonly faults: string[] = []

  constructor(
    readonly mount: Mount,
    private readonly isHonest: boolean,
  ) {
    this.state = initialState(mount, null)
    this.truth = { az: mount.parkAz, el: mount.parkEl }
    this.target = this.truth
  }

  happen(what: Happening): void {
    const at = this.now
    switch (what.kind) {
      case 'wait':
        this.wait(what.ms)
        break
      case 'order':
        this.obey(
          decide(this.state, {
            kind: 'order',
            at,
            order: { id: what.id, source: what.source, goal: what.goal, lifetimeMs: what.lifetimeMs },
          }),
        )
        break
      case 'measured':
        this.obey(decide(this.state, { kind: 'measured', at, position: what.lie ?? this.truth }))
        break
      case 'claim':
      case 'unclaim':
        this.obey(decide(this.state, { kind: what.kind, at, id: what.id }))
        break
      case 'tighten':
        this.obey(decide(this.state, { kind: 'tighten', at, limits: what.limits }))
        break
      case 'stop':
        this.obey(decide(this.state, { kind: 'stop', at, by: what.by }))
        break
      case 'release':
        this.obey(decide(this.state, { kind: 'release', at, by: what.by }))
        break
      case 'lease':
        this.obey(
          decide(this.state, { kind: 'lease', at, until: what.forMs === null ? null : at + what.forMs }),
        )
        break
      default:
        this.obey(decide(this.state, { kind: what.kind, at }))
        break
    }
  }

  /** Time passes in small steps, with the ticks that the agent gives. */
  wait(ms: number): void {
    for (let left = ms; left > 0; left -= 100) {
      const step = Math.min(100, left)
      this.now += step
      const before = this.truth
      this.truth = advance(this.mount, this.truth, this.target, step / 1000)
      if (
        this.isHonest &&
        !isInZone(this.mount, before, EDGE_SLACK_DEG) &&
        isInZone(this.mount, this.truth, EDGE_SLACK_DEG + 1e-6)
      )
        this.faults.push(
          `entered a zone at ${JSON.stringify(this.truth)} on the way to ${JSON.stringify(this.target)}`,
        )
      this.obey(decide(this.state, { kind: 'tick', at: this.now }))
    }
  }

  obey(decision: Decision): void {
    const { mount } = this
    this.state = decision.state
    if (decision.act === 'stop') this.target = this.truth
    if (decision.act !== 'go') return
    const setpoint = clearance(this.state, this.now)
    if (setpoint === null) return
    const { az, el } = setpoint
    const say = (what: string) => this.faults.push(`${what}: ${JSON.stringify({ az, el })}`)
    if (!Number.isFinite(az) || !Number.isFinite(el)) say('not finite')
    if (az < mount.azMin || az > mount.azMax || el < mount.elMin || el > mount.elMax)
      say('outside the local limits')
    const tight = this.state.tightened
    if (tight !== null && (az < tight.azMin || az > tight.azMax || el < tight.elMin || el > tight.elMax))
      say('outside the tightened limits')
    if (isInZone(mount, setpoint)) say('in a zone')
    if (Number(az.toFixed(2)) !== az || Number(el.toFixed(2)) !== el) say('not what is sent')
    if (this.state.hold !== null) say('in safe hold')
    if (this.state.claim !== null && this.state.motion?.id !== this.state.claim) say('against the claim')
    const { motion, lease } = this.state
    if (motion?.source === 'door' && (lease === null || this.now >= lease)) say('by the door without a lease')
    this.target = setpoint
    this.sent += 1
    // Now and then the controller takes nothing.
    if (this.sent % 7 !== 0)
      this.state = decide(this.state, { kind: 'sent', at: this.now, target: setpoint }).state
    const goal = this.state.motion?.goal ?? setpoint
    if (Math.hypot(goal.az - az, goal.el - el) > 1) this.detours += 1
  }
}

const history = (withLies: boolean) =>
  anyMount.chain((mount) =>
    fc.tuple(
      fc.constant(mount),
      fc.array(anyHappening(mount, withLies), { minLength: 10, maxLength: 80, size: 'max' }),
    ),
  )

t.test('G1 G8: whatever happens, no forbidden setpoint leaves, and no motion enters a zone', (t) => {
  let sent = 0
  let detours = 0
  fc.assert(
    fc.property(history(false), ([mount, happenings]) => {
      const world = new World(mount, true)
      world.happen({ kind: 'measured', lie: null })
      for (const what of happenings) world.happen(what)
      sent += world.sent
      detours += world.detours
      if (world.faults.length > 0) throw new Error(world.faults.join('\n'))
    }),
    { numRuns: 4000, seed: 20261122, endOnFailure: true },
  )
  t.ok(sent > 5000 && detours > 100, `the law was tried on ${sent} setpoints, ${detours} of them on a detour`)
  t.end()
})

t.test('G1: an encoder that lies does not let a forbidden setpoint out either', (t) => {
  fc.assert(
    fc.property(history(true), ([mount, happenings]) => {
      const world = new World(mount, false)
      for (const what of happenings) world.happen(what)
      if (world.faults.length > 0) throw new Error(world.faults.join('\n'))
    }),
    { numRuns: 1500 },
  )
  t.end()
})

t.test('G8: motion by hand ends with its authority, whatever else happens', (t) => {
  fc.assert(
    fc.property(history(false), ([mount, happenings]) => {
      const world = new World(mount, true)
      world.happen({ kind: 'measured', lie: null })
      for (const what of happenings) {
        world.happen(what)
        const motion = world.state.motion
        if (motion?.source === 'manual' && motion.until !== null && world.now >= motion.until + 100)
          throw new Error(`manual motion at ${world.now}, authority until ${motion.until}`)
      }
      world.wait(5100)
      if (world.state.motion?.source === 'manual' && world.state.motion.until !== null)
        throw new Error('manual motion outlived every authority')
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test('a motion of the door ends with its lease, and a hold made at the station only there', (t) => {
  let moved = 0
  fc.assert(
    fc.property(history(false), ([mount, happenings]) => {
      const world = new World(mount, true)
      world.happen({ kind: 'measured', lie: null })
      let isHeld = false
      for (const what of happenings) {
        if (what.kind === 'hold') isHeld = true
        if (what.kind === 'release' && what.by === 'station') isHeld = false
        world.happen(what)
        const { motion, lease, hold } = world.state
        if (isHeld && hold !== 'held_at_station') throw new Error(`held at the station, and now ${hold}`)
        if (motion?.source !== 'door') continue
        moved += 1
        if (lease === null || world.now >= lease + 100)
          throw new Error(`the door moves at ${world.now}, its lease was until ${lease}`)
      }
    }),
    { numRuns: 1000, seed: 20261122, endOnFailure: true },
  )
  t.ok(moved > 200, `the door was seen to move ${moved} times`)
  t.end()
})

t.test('stop wins: after it the driver is told to stop and nothing goes on', (t) => {
  fc.assert(
    fc.property(history(true), ([mount, happenings]) => {
      const world = new World(mount, false)
      world.happen({ kind: 'measured', lie: null })
      for (const what of happenings) world.happen(what)
      const decision = decide(world.state, { kind: 'stop', by: 'person', at: world.now })
      return (
        decision.act === 'stop' &&
        decision.state.motion === null &&
        decision.state.claim === null &&
        clearance(decision.state, world.now) === null
      )
    }),
    { numRuns: 500 },
  )
  t.end()
})
