import fc from 'fast-check'
import t from 'tap'
import { TalosError } from '../../../shared/errors.js'
import { judge } from '../../../shared/orbit/judge.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { catalogNumber, ommFromTle, tleChecksum } from '../../../shared/orbit/tle.js'
import { parseTle } from '../../../shared/orbit/tle-file.js'

// Vallado's TEME example, of the verification set of AIAA 2006-6753.
const LINE_1 = '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753'
const LINE_2 = '2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667'

const sealed = (line: string) => line.slice(0, 68) + tleChecksum(line)
const put = (line: string, from: number, text: string) =>
  sealed(line.slice(0, from - 1) + text + line.slice(from - 1 + text.length))
const read = (line1: string, line2: string) => ommFromTle({ name: 'VANGUARD 1', line1, line2, lineNo: 2 })

/** The pointer of the field error that a set is refused with, or `accepted`. */
function refusal(line1: string, line2: string): string {
  try {
    read(line1, line2)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TalosError) || error.code !== 'elements_invalid') throw error
    return error.options.errors?.[0]?.pointer ?? 'no field'
  }
}

t.test('a TLE is read column by column', async (t) => {
  t.same(read(LINE_1, LINE_2), {
    OBJECT_NAME: 'VANGUARD 1',
    OBJECT_ID: '1958-002B',
    EPOCH: '2000-06-27T18:50:19.733568',
    MEAN_MOTION: 10.82419157,
    ECCENTRICITY: 0.1859667,
    INCLINATION: 34.2682,
    RA_OF_ASC_NODE: 348.7242,
    ARG_OF_PERICENTER: 331.7664,
    MEAN_ANOMALY: 19.3264,
    EPHEMERIS_TYPE: 0,
    CLASSIFICATION_TYPE: 'U',
    NORAD_CAT_ID: 5,
    ELEMENT_SET_NO: 475,
    REV_AT_EPOCH: 41366,
    BSTAR: 0.28098e-4,
    MEAN_MOTION_DOT: 0.00000023,
    MEAN_MOTION_DDOT: 0,
  })
})

t.test('Alpha-5 ids: A0000 is 100000, Z9999 is 339999, I and O do not occur', async (t) => {
  t.equal(catalogNumber('A0000'), 100_000)
  t.equal(catalogNumber('H0000'), 170_000)
  t.equal(catalogNumber('J0000'), 180_000)
  t.equal(catalogNumber('P0000'), 230_000)
  t.equal(catalogNumber('Z9999'), 339_999)
  t.equal(catalogNumber('    5'), 5)
  for (const bad of ['I0000', 'O0000', 'a0000', 'A000', 'AA000', '', '-0001', '1e004'])
    t.equal(catalogNumber(bad), null, bad)
  t.equal(read(put(LINE_1, 3, 'T0001'), put(LINE_2, 3, 'T0001')).NORAD_CAT_ID, 270_001)
})

t.test('a wrong field is refused, and the error names its line and field', async (t) => {
  const inOne = (from: number, text: string) => refusal(put(LINE_1, from, text), LINE_2)
  const inTwo = (from: number, text: string) => refusal(LINE_1, put(LINE_2, from, text))
  t.equal(refusal(LINE_1, LINE_2), 'accepted')
  t.equal(inOne(19, '00179,78495062'), '/2/EPOCH')
  t.equal(inOne(19, '00367.00000000'), '/2/EPOCH')
  t.equal(inOne(34, ' .0000O023'), '/2/MEAN_MOTION_DOT')
  t.equal(inOne(45, ' 0000A-0'), '/2/MEAN_MOTION_DDOT')
  t.equal(inOne(53, '0'), '/2/the_blank_between_fields')
  t.equal(inOne(54, ' 28O98-4'), '/2/BSTAR')
  t.equal(inOne(63, '4'), '/2/EPHEMERIS_TYPE')
  t.equal(inTwo(9, ' 34,2682'), '/3/INCLINATION')
  t.equal(inTwo(9, '181.0000'), '/3/INCLINATION')
  t.equal(inTwo(18, 'garbage!'), '/3/RA_OF_ASC_NODE')
  t.equal(inTwo(27, '18 9667'), '/3/ECCENTRICITY')
  t.equal(inTwo(35, '   .7664'), '/3/ARG_OF_PERICENTER')
  t.equal(inTwo(44, '361.0000'), '/3/MEAN_ANOMALY')
  t.equal(inTwo(53, ' 0.00000000'), '/3/MEAN_MOTION')
  t.equal(inTwo(3, '00006'), '/3/NORAD_CAT_ID')
})

t.test('a wrong length or checksum is refused', async (t) => {
  t.equal(refusal(LINE_1.slice(0, 68), LINE_2), '/2/length')
  t.equal(refusal(LINE_1, `${LINE_2} `), '/3/length')
  t.equal(refusal(LINE_1.replace(/3$/, '4'), LINE_2), '/2/checksum')
  t.equal(refusal(LINE_1, LINE_2.replace(/7$/, 'A')), '/3/checksum')
})

t.test('a shifted line is refused although its checksum is right', async (t) => {
  const shifted = sealed(`${LINE_2.slice(0, 20)} ${LINE_2.slice(20, 68)}`)
  t.match(refusal(LINE_1, shifted), /^\/3\//)
})

t.test('one changed character never makes a position that is not a number', async (t) => {
  const epoch = Date.UTC(2000, 5, 27)
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 68 }),
      fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
      fc.boolean(),
      fc.boolean(),
      (at, character, second, reseal) => {
        const change = (line: string) => {
          const changed = line.slice(0, at) + character + line.slice(at + 1)
          return reseal ? sealed(changed) : changed
        }
        const [line1, line2] = second ? [LINE_1, change(LINE_2)] : [change(LINE_1), LINE_2]
        const { elements, refused } = parseTle(`VANGUARD 1\n${line1}\n${line2}\n`)
        for (const omm of elements) {
          for (const line of [line1, line2]) {
            if (line.length !== 69 || line[68] !== String(tleChecksum(line))) return false
          }
          try {
            const { position, velocity } = satelliteFrom(omm).stateAt(epoch)
            if (![...Object.values(position), ...Object.values(velocity)].every(Number.isFinite)) return false
            judge(omm, epoch)
          } catch (error) {
            if (!(error instanceof TalosError)) throw error
          }
        }
        return elements.length === 1 || refused.length > 0
      },
    ),
    { numRuns: 3000 },
  )
  t.pass('holds')
})

t.test('text of any kind is read or refused, never thrown at the caller', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(LINE_1, LINE_2, 'NAME', '#'), fc.string())), (lines) => {
      parseTle(lines.join('\n'))
    }),
  )
  t.pass('holds')
})
