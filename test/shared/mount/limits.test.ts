import fc from 'fast-check'
import t from 'tap'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import {
  EDGE_SLACK_DEG,
  freeElevations,
  intersect,
  mountFault,
  pathViolation,
  sweepIsClear,
  violation,
} from '../../../shared/mount/limits.js'
import { advance } from '../../../shared/mount/slew.js'
import { anyMount, anywhere, inside, isInZone, MOUNT } from '../../support/mounts.js'

const withZone = (azFrom: number, azTo: number, elBelow: number): Mount => ({
  ...MOUNT,
  keepOut: [{ azFrom, azTo, elBelow }],
})

t.test('G1: nothing but finite numbers inside the limits passes', (t) => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    t.equal(violation(MOUNT, bad, 10), 'not_finite')
    t.equal(violation(MOUNT, 10, bad), 'not_finite')
  }
  t.equal(violation(MOUNT, 0, 0), null)
  t.equal(violation(MOUNT, 450, 90), null)
  t.equal(violation(MOUNT, 450.01, 90), 'out_of_limits')
  t.equal(violation(MOUNT, -0.01, 0), 'out_of_limits')
  t.equal(violation(MOUNT, 10, 90.01), 'out_of_limits')
  t.equal(violation(MOUNT, 10, -0.01), 'out_of_limits')
  t.end()
})

t.test('a keep-out zone holds on every turn, over north, and for a beam beyond the zenith', (t) => {
  const mast = withZone(350, 20, 30)
  t.equal(violation(mast, 5, 29.9), 'keep_out')
  t.equal(violation(mast, 365, 29.9), 'keep_out', 'a turn later')
  t.equal(violation(mast, 355, 0), 'keep_out')
  t.equal(violation(mast, 355, 30), null, 'on the floor of the zone')
  t.equal(violation(mast, 21, 0), null)
  const flipping: Mount = { ...mast, elMax: 180 }
  t.equal(violation(flipping, 185, 170), 'keep_out', 'az 185, el 170 is az 5, el 10 on the sky')
  t.equal(violation(flipping, 5, 170), null)
  t.equal(violation(withZone(0, 360, 10), 123, 9), 'keep_out', 'all round')
  t.end()
})

t.test('the decision of a point agrees with geometry on the sky', (t) => {
  fc.assert(
    fc.property(anyMount, anywhere, (mount, p) => {
      const isInside =
        p.az >= mount.azMin && p.az <= mount.azMax && p.el >= mount.elMin && p.el <= mount.elMax
      const expected = !isInside ? 'out_of_limits' : isInZone(mount, p) ? 'keep_out' : null
      return violation(mount, p.az, p.el) === expected
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('a permitted path never enters a zone, whatever the speeds of the axes', (t) => {
  fc.assert(
    fc.property(
      anyMount.chain((mount) => fc.tuple(fc.constant(mount), inside(mount), inside(mount))),
      ([mount, from, to]) => {
        if (isInZone(mount, from) || pathViolation(mount, from, to) !== null) return true
        let at: AzEl = from
        for (let i = 0; i < 400; i++) {
          at = advance(mount, at, to, 0.5)
          if (isInZone(mount, at, 1e-9)) return false
        }
        return true
      },
    ),
    { numRuns: 1000 },
  )
  t.end()
})

t.test('a mount that stands in a zone may climb straight out of it and nothing else', (t) => {
  const mast = withZone(80, 120, 30)
  t.equal(pathViolation(mast, { az: 100, el: 10 }, { az: 100.2, el: 31 }), null)
  t.equal(pathViolation(mast, { az: 100, el: 10 }, { az: 130, el: 31 }), 'keep_out')
  t.equal(pathViolation(mast, { az: 100, el: 10 }, { az: 100, el: 20 }), 'keep_out', 'still inside')
  const edge = { az: 100, el: 30 - EDGE_SLACK_DEG / 2 }
  t.equal(pathViolation(mast, edge, { az: 102, el: 30.1 }), null, 'noise on the edge is no prison')
  t.equal(pathViolation(mast, { az: 70, el: 5 }, { az: 130, el: 5 }), 'keep_out', 'through the zone')
  t.equal(pathViolation(mast, { az: 70, el: 5 }, { az: 75, el: 50 }), null)
  t.end()
})

t.test('a start that is no number is refused', (t) => {
  t.equal(pathViolation(MOUNT, { az: Number.NaN, el: 0 }, { az: 1, el: 1 }), 'not_finite')
  t.end()
})

t.test('a mount that contradicts itself is said in words', (t) => {
  t.equal(mountFault(MOUNT), null)
  t.match(mountFault({ ...MOUNT, azMax: -1 }), /azMax -1 is not above azMin 0/)
  t.match(mountFault({ ...MOUNT, elMax: 0 }), /elMax/)
  t.match(mountFault({ ...MOUNT, parkEl: 91 }), /park position 180, 91 is out_of_limits/)
  t.end()
})

t.test('the intersection of two travels is the narrower of both, or nothing', (t) => {
  const daemon = { azMin: -180, azMax: 360, elMin: 5, elMax: 180 }
  t.same(intersect(MOUNT, daemon), { azMin: 0, azMax: 360, elMin: 5, elMax: 90 })
  t.equal(intersect(MOUNT, { ...daemon, azMax: 0 }), null)
  t.end()
})

t.test('the free elevations over a stretch of azimuth are just those at which no zone is met', (t) => {
  fc.assert(
    fc.property(
      anyMount,
      fc.double({ min: -180, max: 540, noNaN: true }),
      fc.double({ min: 0, max: 90, noNaN: true }),
      (mount, azFrom, span) => {
        const { low, high } = freeElevations(mount, azFrom, azFrom + span)
        const isClear = (el: number) =>
          sweepIsClear(mount, [
            { az: azFrom, el },
            { az: azFrom + span, el },
          ])
        const isFree = low > high || (isClear(low) && isClear(high) && isClear((low + high) / 2))
        return (
          isFree &&
          (low === mount.elMin || !isClear(low - 0.1)) &&
          (high === mount.elMax || !isClear(high + 0.1))
        )
      },
    ),
    { numRuns: 1000 },
  )
  t.end()
})
