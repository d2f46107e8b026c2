import fc from 'fast-check'
import t from 'tap'
import { JOG_STEPS, jogTarget } from '../../core/dashboard/logic/jog.js'
import { mount, rot } from './samples.js'

t.test('steps count from where the antenna was told to be, so that quick presses add up', async (t) => {
  t.same(jogTarget(rot(), mount(), 'right', 5), { ok: true, target: { az: 105, el: 40 } })
  t.same(jogTarget(rot(), mount(), 'down', 1), { ok: true, target: { az: 100, el: 39 } })
})

t.test('and from where it is when nothing is commanded', async (t) => {
  t.same(jogTarget(rot({ cmdAz: null, cmdEl: null }), mount(), 'up', 1), {
    ...{ ok: true, target: { az: 99.9, el: 41.1 } },
  })
})

t.test('nobody jogs blind', async (t) => {
  t.same(jogTarget(rot({ cmdAz: null, az: null }), mount(), 'up', 1), { ok: false, why: 'blind' })
})

t.test('a step never leads out of the limits of the mount', async (t) => {
  const direction = fc.constantFrom('up' as const, 'down' as const, 'left' as const, 'right' as const)
  const angle = fc.double({ min: -720, max: 1080, noNaN: true })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        angle,
        fc.double({ min: -90, max: 180, noNaN: true }),
        direction,
        fc.constantFrom(...JOG_STEPS),
        (az, el, d, step) => {
          const limits = mount()
          const jog = jogTarget(rot({ cmdAz: az, cmdEl: el }), limits, d, step)
          if (!jog.ok) return jog.why === 'limit'
          const { target } = jog
          return (
            target.az >= limits.azMin &&
            target.az <= limits.azMax &&
            target.el >= limits.elMin &&
            target.el <= limits.elMax
          )
        },
      ),
    ),
  )
})

t.test('an arrow that leads nowhere says why', async (t) => {
  t.same(jogTarget(rot({ cmdEl: 90 }), mount(), 'up', 1), { ok: false, why: 'limit' })
  t.match(jogTarget(rot({ cmdEl: 89.5 }), mount(), 'up', 1), { ok: true, target: { el: 90 } })
  const keepOut = [{ azFrom: 104, azTo: 120, elBelow: 45 }]
  t.same(jogTarget(rot(), mount({ keepOut }), 'right', 5), { ok: false, why: 'keep_out' })
  t.match(jogTarget(rot(), mount({ keepOut }), 'left', 5), { ok: true })
})
