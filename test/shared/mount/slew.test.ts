import fc from 'fast-check'
import t from 'tap'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { pathViolation, violation } from '../../../shared/mount/limits.js'
import { advance, prepass, route, slewSeconds } from '../../../shared/mount/slew.js'
import { anyMount, inside, isInZone, MOUNT } from '../../support/mounts.js'

t.test('the slower axis decides how long a slew takes', (t) => {
  t.equal(slewSeconds(MOUNT, { az: 0, el: 0 }, { az: 60, el: 6 }), 10)
  t.equal(slewSeconds(MOUNT, { az: 0, el: 0 }, { az: 6, el: 60 }), 20)
  t.equal(slewSeconds(MOUNT, { az: 10, el: 0 }, { az: 370, el: 0 }), 60, 'a whole turn is a whole turn')
  t.end()
})

t.test('a slew goes up, across and down where a keep-out stands in the way', (t) => {
  const mast: Mount = { ...MOUNT, keepOut: [{ azFrom: 80, azTo: 120, elBelow: 30 }] }
  t.same(route(mast, { az: 60, el: 10 }, { az: 140, el: 10 }), [
    { az: 60, el: 32 },
    { az: 140, el: 32 },
    { az: 140, el: 10 },
  ])
  t.same(route(mast, { az: 60, el: 10 }, { az: 70, el: 10 }), [{ az: 70, el: 10 }])
  t.same(route(mast, { az: 100, el: 10 }, { az: 140, el: 10 }), [
    { az: 100, el: 32 },
    { az: 140, el: 32 },
    { az: 140, el: 10 },
  ])
  t.equal(slewSeconds(mast, { az: 60, el: 10 }, { az: 140, el: 10 }), 22 / 3 + 80 / 6 + 22 / 3)
  t.same(
    route(mast, { az: 60, el: 30.5 }, { az: 140, el: 10 }),
    [
      { az: 140, el: 30.5 },
      { az: 140, el: 10 },
    ],
    'a mount that settled just above the zone goes across as it is',
  )
  t.equal(route(mast, { az: 60, el: 10 }, { az: 100, el: 10 }), null, 'the target itself is forbidden')
  t.equal(slewSeconds(mast, { az: 60, el: 10 }, { az: 100, el: 10 }), Number.POSITIVE_INFINITY)
  t.end()
})

t.test('there is no way round a wall as high as the mount can look', (t) => {
  const wall: Mount = { ...MOUNT, elMax: 60, keepOut: [{ azFrom: 80, azTo: 120, elBelow: 90 }] }
  t.equal(route(wall, { az: 60, el: 10 }, { az: 140, el: 10 }), null)
  t.end()
})

t.test('every leg of every route is permitted and stays outside the zones', (t) => {
  fc.assert(
    fc.property(
      anyMount.chain((mount) => fc.tuple(fc.constant(mount), inside(mount), inside(mount))),
      ([mount, from, to]) => {
        const legs = route(mount, from, to)
        if (legs === null) return true
        if (legs.length === 0 && slewSeconds(mount, from, to) > 1e-6) return false
        let at: AzEl = from
        let isOut = !isInZone(mount, from)
        for (const leg of legs) {
          if (pathViolation(mount, at, leg) !== null || violation(mount, leg.az, leg.el) !== null)
            return false
          for (let i = 0; i < 1600; i++) {
            at = advance(mount, at, leg, 0.5)
            const isIn = isInZone(mount, at, 1e-9)
            if (isOut && isIn) return false
            isOut ||= !isIn
          }
        }
        return true
      },
    ),
    { numRuns: 500 },
  )
  t.end()
})

t.test('from any free place the park position can be reached', (t) => {
  fc.assert(
    fc.property(
      anyMount.chain((mount) => fc.tuple(fc.constant(mount), inside(mount))),
      ([mount, from]) => route(mount, from, { az: mount.parkAz, el: mount.parkEl }) !== null,
    ),
    { numRuns: 1000 },
  )
  t.end()
})

t.test('a mount heads for its target at its rates and stops there', (t) => {
  t.same(advance(MOUNT, { az: 0, el: 0 }, { az: 100, el: 100 }, 2), { az: 12, el: 6 })
  t.same(advance(MOUNT, { az: 5, el: 5 }, { az: 4, el: 4 }, 10), { az: 4, el: 4 })
  t.end()
})

t.test('the prepass begins early enough to arrive before AOS', (t) => {
  t.same(prepass(MOUNT, { az: 0, el: 0 }, { az: 60, el: 0 }, 1_000_000, 30), { az: 60, el: 0, atMs: 960_000 })
  t.equal(prepass(MOUNT, { az: 0, el: 0 }, { az: 600, el: 0 }, 1_000_000, 30), null)
  t.end()
})
