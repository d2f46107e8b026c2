/** Mounts and directions for tests of `shared/mount`. */
import fc from 'fast-check'
import type { AzEl } from '../../shared/angles.js'
import type { Mount } from '../../shared/messages.js'

/** An ordinary amateur rotator: one and a quarter turns, horizon to zenith. */
export const MOUNT: Mount = {
  azMin: 0,
  azMax: 450,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 3,
  beamwidth: 20,
  parkAz: 180,
  parkEl: 90,
  keepOut: [],
}

/** As Hamlib's dummy rotator moves: 6 degrees a second on both axes. */
export const DUMMY_MOUNT: Mount = {
  azMin: -180,
  azMax: 450,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 6,
  beamwidth: 10,
  parkAz: 0,
  parkEl: 0,
  keepOut: [],
}

const degrees = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true })

const zone = fc.record({
  azFrom: fc.integer({ min: 0, max: 360 }),
  azTo: fc.integer({ min: 0, max: 360 }),
  elBelow: fc.integer({ min: 1, max: 60 }),
})

/** Any mount that makes sense, with up to three keep-out zones. */
export const anyMount: fc.Arbitrary<Mount> = fc
  .record({
    azMin: fc.constantFrom(0, -180, -90),
    azTravel: fc.constantFrom(360, 450, 540, 720),
    elMax: fc.constantFrom(90, 180),
    azRate: degrees(1, 20),
    elRate: degrees(1, 20),
    keepOut: fc.array(zone, { maxLength: 3 }),
  })
  .map(({ azTravel, ...rest }) => ({
    ...MOUNT,
    ...rest,
    azMax: rest.azMin + azTravel,
    parkAz: 0,
    parkEl: 90,
  }))

/** Any mount with the inertia, play and deafness that real ones have. */
export const anyRealMount: fc.Arbitrary<Mount> = fc
  .record({
    mount: anyMount,
    seconds: degrees(0.3, 2),
    beamwidth: degrees(2, 40),
    settleS: fc.integer({ min: 0, max: 5 }),
    azBacklash: fc.constantFrom(0, 0.5, 2),
    elBacklash: fc.constantFrom(0, 0.3),
    deadband: fc.constantFrom(0, 0.1, 1),
  })
  .map(({ mount, seconds, ...rest }) => ({
    ...mount,
    ...rest,
    azAccel: mount.azRate / seconds,
    elAccel: mount.elRate / seconds,
  }))

export const anywhere: fc.Arbitrary<AzEl> = fc.record({ az: degrees(-200, 760), el: degrees(-10, 190) })

/** Inside the travel of `mount`, zones or not. */
export const inside = (mount: Mount): fc.Arbitrary<AzEl> =>
  fc.record({ az: degrees(mount.azMin, mount.azMax), el: degrees(mount.elMin, mount.elMax) })

/** Is the beam inside a zone, worked out from the direction in space alone? `grace` lowers each zone. */
export function isInZone(mount: Mount, p: AzEl, grace = 0): boolean {
  const isOver = p.el > 90
  const height = isOver ? 180 - p.el : p.el
  const compass = ((((isOver ? p.az + 180 : p.az) % 360) + 360) % 360) + 0
  return mount.keepOut.some((z) => {
    if (height >= z.elBelow - grace) return false
    if (z.azTo >= z.azFrom) return (compass >= z.azFrom && compass <= z.azTo) || compass + 360 <= z.azTo
    return compass >= z.azFrom || compass <= z.azTo
  })
}
