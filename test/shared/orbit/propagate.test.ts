import fc from 'fast-check'
import { sgp4, twoline2satrec } from 'satellite.js'
import t from 'tap'
import { TalosError } from '../../../shared/errors.js'
import type { Omm } from '../../../shared/messages.js'
import { type State, satelliteFrom, type Vec3 } from '../../../shared/orbit/propagate.js'
import { tleChecksum } from '../../../shared/orbit/tle.js'
import { parseTle } from '../../../shared/orbit/tle-file.js'
import { dataFile } from '../../support/data.js'

interface Row {
  readonly omm: Omm
  readonly lines: readonly [string, string]
  readonly minutes: number
  readonly expected: State
}

/** The verification set of AIAA 2006-6753: 33 cases, 667 rows. Some of its altered lines lack a right checksum. */
function verification(t: Parameters<typeof dataFile>[0]): Row[] | null {
  const tle = dataFile(t, 'sgp4/SGP4-VER.TLE')
  const expected = dataFile(t, 'sgp4/tcppver.out')
  if (tle === null || expected === null) return null
  const lines = tle
    .split(/\r?\n/)
    .filter((line) => /^[12] .{60}/.test(line))
    .map((line) => line.slice(0, 68) + tleChecksum(line))
  const { elements, refused } = parseTle(lines.join('\n'))
  t.same([elements.length, refused], [33, []])
  const rows: Row[] = []
  let at = -1
  for (const line of expected.split(/\r?\n/)) {
    const [minutes = 0, x = 0, y = 0, z = 0, vx = 0, vy = 0, vz] = line.trim().split(/\s+/).map(Number)
    if (line.includes('xx')) at += 1
    const omm = elements[at]
    if (vz === undefined || omm === undefined) continue
    rows.push({
      omm,
      lines: [lines[2 * at] ?? '', lines[2 * at + 1] ?? ''],
      minutes,
      expected: { position: { x, y, z }, velocity: { x: vx, y: vy, z: vz } },
    })
  }
  t.equal(rows.length, 667)
  return rows
}

const distance = (a: Vec3, b: Vec3) => Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z)

t.test(
  'the engine agrees with the verification set in 666 of 667 rows to 1e-6 km and 1e-8 km/s',
  async (t) => {
    const rows = verification(t)
    if (rows === null) return
    const off = rows.filter(({ lines, minutes, expected }) => {
      const state = sgp4(twoline2satrec(...lines), minutes)
      return (
        state === null ||
        !(distance(state.position, expected.position) < 1e-6) ||
        !(distance(state.velocity, expected.velocity) < 1e-8)
      )
    })
    t.same(
      off.map(({ omm, minutes }) => [omm.NORAD_CAT_ID, minutes]),
      [[33334, 0]],
      'the one is a case that is meant to fail',
    )
  },
)

t.test(
  'satelliteFrom agrees with the verification set: low orbits to 1e-7 km, deep ones to 4e-5 km',
  async (t) => {
    const rows = verification(t)
    if (rows === null) return
    const errors: unknown[] = []
    let low = 0
    let deep = 0
    for (const { omm, minutes, expected } of rows) {
      try {
        const state = satelliteFrom(omm).stateSince(minutes)
        const off = distance(state.position, expected.position)
        if (omm.MEAN_MOTION > 6.4) low = Math.max(low, off)
        else deep = Math.max(deep, off)
        if (!(distance(state.velocity, expected.velocity) < 1e-7)) errors.push([omm.NORAD_CAT_ID, minutes])
      } catch (error) {
        errors.push([
          omm.NORAD_CAT_ID,
          (error as TalosError).code,
          /SGP4 error 3/.test((error as Error).message),
        ])
      }
    }
    t.same(errors, [[33334, 'elements_invalid', true]])
    t.ok(low < 1e-7, `low ${low}`)
    t.ok(deep < 4e-5, `deep ${deep}`)
  },
)

t.test('microseconds of the epoch count: 0.9 ms moves a low satellite by 7 m', async (t) => {
  const text = dataFile(t, 'sats-200.tle')
  const omm = text === null ? undefined : parseTle(text).elements[0]
  if (omm === undefined) return
  const at = Date.UTC(2026, 4, 8)
  const early = satelliteFrom({ ...omm, EPOCH: '2026-05-07T14:41:36.945000' }).stateAt(at)
  const late = satelliteFrom({ ...omm, EPOCH: '2026-05-07T14:41:36.945900' }).stateAt(at)
  const metres = distance(early.position, late.position) * 1000
  t.ok(metres > 6.5 && metres < 7.1, `${metres} m`)
})

t.test('whatever the elements and the time, a state is finite or an error with a code', async (t) => {
  const omm = fc.record({
    OBJECT_NAME: fc.constant('ANY'),
    OBJECT_ID: fc.constant(''),
    EPOCH: fc.constant('2026-05-07T12:00:00.000000'),
    MEAN_MOTION: fc.double({ min: 1e-6, max: 20, noNaN: true }),
    ECCENTRICITY: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    INCLINATION: fc.double({ min: 0, max: 180, noNaN: true }),
    RA_OF_ASC_NODE: fc.double({ min: -360, max: 360, noNaN: true }),
    ARG_OF_PERICENTER: fc.double({ min: -360, max: 360, noNaN: true }),
    MEAN_ANOMALY: fc.double({ min: -360, max: 360, noNaN: true }),
    EPHEMERIS_TYPE: fc.constant(0),
    CLASSIFICATION_TYPE: fc.constant('U'),
    NORAD_CAT_ID: fc.integer({ min: 1, max: 999_999_999 }),
    ELEMENT_SET_NO: fc.constant(1),
    REV_AT_EPOCH: fc.constant(1),
    BSTAR: fc.double({ noNaN: true, noDefaultInfinity: true }),
    MEAN_MOTION_DOT: fc.constant(0),
    MEAN_MOTION_DDOT: fc.constant(0),
  })
  fc.assert(
    fc.property(omm, fc.double({ min: -1e5, max: 1e5, noNaN: true }), (omm, minutes) => {
      try {
        const { position, velocity } = satelliteFrom(omm).stateSince(minutes)
        return [...Object.values(position), ...Object.values(velocity)].every(Number.isFinite)
      } catch (error) {
        return error instanceof TalosError && error.code === 'elements_invalid'
      }
    }),
    { numRuns: 500 },
  )
  t.pass('holds')
})

t.test('a time that is not finite is refused', async (t) => {
  const text = dataFile(t, 'sats-200.tle')
  const omm = text === null ? undefined : parseTle(text).elements[0]
  if (omm === undefined) return
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => satelliteFrom(omm).stateAt(ms), { code: 'elements_invalid' })
  t.throws(() => satelliteFrom({ ...omm, EPOCH: 'yesterday' }), { code: 'elements_invalid' })
})
