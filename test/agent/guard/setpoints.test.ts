import fc from 'fast-check'
import t from 'tap'
import { decide } from '../../../agent/guard/guard.js'
import { type GuardEvent, initialState } from '../../../agent/guard/state.js'
import { planPath } from '../../../shared/mount/path.js'
import { waitingPosition } from '../../../shared/mount/setpoint.js'
import { followTrack, simulate } from '../../../shared/mount/simulate.js'
import { anyRealMount } from '../../support/mounts.js'
import { anyPass } from '../../support/passes.js'

const ID = 'contact-1'

t.test(
  'the guard finds no fault with how a plan for its mount is followed, zones near the way apart',
  (t) => {
    let [orders, waits] = [0, 0]
    const faults: string[] = []
    fc.assert(
      fc.property(anyRealMount, anyPass, fc.integer({ min: 0, max: 400 }), (mount, pass, latencyMs) => {
        const path = planPath(mount, pass)
        if (path === null) return
        const track = { t0Ms: 0, dtMs: pass.dtMs, az: path.az, el: path.el }
        const send = followTrack(mount, track, latencyMs + 125)
        let state = initialState(mount, null)
        const tell = (event: GuardEvent) => {
          const { state: next, refusal, act } = decide(state, event)
          state = next
          // A mount that lags near a zone is made to wait for a look or two: that is what the guard is for.
          const fault =
            state.hold ?? (refusal === null || refusal.code === 'keep_out' ? null : refusal.detail)
          if (fault !== null) faults.push(`${event.kind} at ${event.at}: ${fault} ${JSON.stringify(mount)}`)
          if (refusal?.code === 'keep_out') waits += 1
          return act === 'go' ? (state.motion?.setpoint ?? null) : null
        }
        tell({ kind: 'claim', at: -2000, id: ID })
        simulate(mount, {
          ...{ fromMs: 0, toMs: (pass.az.length - 1) * pass.dtMs, start: waitingPosition(mount, track) },
          ...{ sky: () => ({ az: 0, el: 0 }), periodMs: 250, latencyMs },
          send: (at, position) => {
            const leg = tell({ kind: 'measured', at, position })
            const goal = send(at, position)
            if (goal === null) return leg
            orders += 1
            return (
              tell({ kind: 'order', at, order: { id: ID, source: 'plan', goal, lifetimeMs: null } }) ?? leg
            )
          },
        })
      }),
      { numRuns: 25 },
    )
    t.same(faults.slice(0, 3), [])
    t.ok(orders > 1000 && waits < orders / 100, `${waits} of ${orders} orders had to wait`)
    t.end()
  },
)
