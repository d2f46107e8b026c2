import t from 'tap'
import { type ErrorCode, TalosError } from '../../../shared/errors.js'
import type { Omm } from '../../../shared/messages.js'
import { canonicalOmm } from '../../../shared/orbit/canonical.js'
import { parseElements, parseOmm } from '../../../shared/orbit/elements.js'
import { parseEpoch } from '../../../shared/orbit/epoch.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { parseTle } from '../../../shared/orbit/tle-file.js'
import { dataFile } from '../../support/data.js'
import { ISS_EPOCH_MS as EPOCH, ISS } from '../../support/iss.js'

const LINE_1 = '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753'
const LINE_2 = '2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667'

function refusal(act: () => unknown): { code: ErrorCode; detail: string } | null {
  try {
    act()
    return null
  } catch (error) {
    if (!(error instanceof TalosError)) throw error
    return { code: error.code, detail: error.detail }
  }
}

t.test('TLE and OMM of the same 200 satellites agree', async (t) => {
  const tle = dataFile(t, 'sats-200.tle')
  const json = dataFile(t, 'sats-200.omm.json')
  if (tle === null || json === null) return
  const fromTle = parseElements(tle)
  const fromJson = parseElements(json)
  t.same([fromTle.refused, fromJson.refused], [[], []])
  t.equal(fromTle.elements.length, 200)
  const MICROSECOND = 0.0015
  const RELATIVE = 1e-14
  const apart: string[] = []
  for (const [i, a] of fromTle.elements.entries()) {
    const b = fromJson.elements[i]
    if (b === undefined) continue
    for (const key of Object.keys(a) as (keyof Omm)[]) {
      const [x, y] = [a[key], b[key]]
      const same =
        key === 'EPOCH'
          ? Math.abs((parseEpoch(a.EPOCH) ?? 0) - (parseEpoch(b.EPOCH) ?? 1)) <= MICROSECOND
          : typeof x === 'number'
            ? Math.abs(x - Number(y)) <= RELATIVE * Math.abs(x)
            : x === y
      if (!same) apart.push(`${a.OBJECT_NAME} ${key}: ${x} and ${y}`)
    }
  }
  t.same(apart, [])
})

t.test('the whole catalogue of a day is read without a refusal', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const { elements, refused } = parseElements(text)
  t.equal(elements.length, 15_347)
  t.same(refused, [])
})

t.test('nine-digit ids and numbers given as text are read', async (t) => {
  const { elements, refused } = parseElements(
    JSON.stringify({
      ...ISS,
      NORAD_CAT_ID: '799501299',
      MEAN_MOTION: '15.49000000',
      BSTAR: '.20000000000000E-3',
    }),
  )
  t.same(refused, [])
  t.same(elements, [{ ...ISS, NORAD_CAT_ID: 799_501_299 }])
  t.ok(satelliteFrom(elements[0] ?? ISS).stateAt(EPOCH))
})

t.test('fields that SGP4 does not use may be absent, others may not', async (t) => {
  const { ELEMENT_SET_NO, REV_AT_EPOCH, EPHEMERIS_TYPE, CLASSIFICATION_TYPE, ...rest } = ISS
  const bare = { ...rest, OBJECT_ID: null, GP_ID: '1234', CENTER_NAME: 'EARTH' }
  t.match(parseOmm(bare).elements[0], { OBJECT_ID: '', REV_AT_EPOCH: 0, CLASSIFICATION_TYPE: 'U' })
  for (const field of [
    'EPOCH',
    'MEAN_MOTION',
    'ECCENTRICITY',
    'INCLINATION',
    'BSTAR',
    'NORAD_CAT_ID',
  ] as const) {
    const { [field]: _, ...without } = ISS
    t.same(
      parseOmm(without).refused.map(({ code, errors }) => [code, errors[0]?.pointer]),
      [['elements_invalid', `/0/${field}`]],
      field,
    )
  }
})

t.test('a set that says something other than SGP4 in TEME and UTC is refused', async (t) => {
  for (const [field, value] of Object.entries({
    CENTER_NAME: 'MARS BARYCENTER',
    REF_FRAME: 'EME2000',
    TIME_SYSTEM: 'TAI',
    MEAN_ELEMENT_THEORY: 'DSST',
    EPHEMERIS_TYPE: 4,
    EPOCH: '2026-02-30T00:00:00',
    MEAN_MOTION: 'NaN',
    ECCENTRICITY: '0x1',
    INCLINATION: null,
    RA_OF_ASC_NODE: '',
    MEAN_ANOMALY: [1],
    OBJECT_NAME: 'two\nlines',
  })) {
    const { elements, refused } = parseOmm([{ ...ISS, [field]: value }])
    t.same([elements.length, refused[0]?.errors[0]?.pointer], [0, `/0/${field}`], field)
  }
})

t.test('one bad set does not lose the others', async (t) => {
  const json = parseOmm([ISS, { ...ISS, MEAN_MOTION: -1 }, 'nonsense', null, { ...ISS, NORAD_CAT_ID: 7 }])
  t.same(
    json.elements.map((omm) => omm.NORAD_CAT_ID),
    [25544, 7],
  )
  t.same(
    json.refused.map(({ index, name, code }) => [index, name, code]),
    [
      [1, 'ISS (ZARYA)', 'elements_invalid'],
      [2, '', 'elements_invalid'],
      [3, '', 'elements_invalid'],
    ],
  )
  const bad = LINE_2.replace('34.2682', '34.2683')
  const text = ['A', LINE_1, LINE_2, 'B', LINE_1, bad, '', LINE_1, LINE_2, '0 C', LINE_1, LINE_2].join('\r\n')
  const tle = parseTle(text)
  t.same(
    tle.elements.map((omm) => omm.OBJECT_NAME),
    ['A', '5', 'C'],
  )
  t.same(
    tle.refused.map(({ line, name, detail }) => [line, name, detail]),
    [[5, 'B', 'line 6: the checksum is 7, the line adds up to 8']],
  )
})

t.test('lines that belong to no set are refused by their number', async (t) => {
  const { elements, refused } = parseTle(
    ['No GP data found', LINE_2, 'X', LINE_1, 'Y', LINE_1, LINE_2].join('\n'),
  )
  t.same(
    elements.map((omm) => omm.OBJECT_NAME),
    ['Y'],
  )
  t.same(
    refused.map(({ line }) => line),
    [1, 2, 4],
  )
})

t.test('text that begins as JSON and is none is refused', async (t) => {
  t.equal(refusal(() => parseElements('[{"OBJECT_NAME": '))?.code, 'elements_invalid')
  t.same(parseElements(''), { elements: [], refused: [] })
  t.same(parseElements('[]'), { elements: [], refused: [] })
})

t.test('equal sets have equal canonical text, other sets another', async (t) => {
  const shuffled = Object.fromEntries(Object.entries(ISS).reverse()) as Omm
  t.equal(canonicalOmm({ ...shuffled, EPOCH: '2026-05-07T12:00:00Z' }), canonicalOmm(ISS))
  t.not(canonicalOmm({ ...ISS, EPOCH: '2026-05-07T12:00:00.000001' }), canonicalOmm(ISS))
  t.match(canonicalOmm(ISS), /^\{"ARG_OF_PERICENTER":80,"BSTAR":0.0002,/)
  t.same(parseElements(canonicalOmm(ISS)).elements, [ISS])
})
