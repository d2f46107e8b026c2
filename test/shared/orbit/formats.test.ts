/** One set in every form that elements come in, and what is thrown at a reader of them. */
import fc from 'fast-check'
import t from 'tap'
import { TalosError } from '../../../shared/errors.js'
import type { Omm } from '../../../shared/messages.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { dataFile } from '../../support/data.js'

const VANGUARD: Omm = {
  OBJECT_NAME: 'VANGUARD 1',
  OBJECT_ID: '1958-002B',
  EPOCH: '2020-10-13T04:52:48.472320',
  MEAN_MOTION: 10.84869164,
  ECCENTRICITY: 0.1845686,
  INCLINATION: 34.2443,
  RA_OF_ASC_NODE: 225.5254,
  ARG_OF_PERICENTER: 162.2516,
  MEAN_ANOMALY: 205.2356,
  EPHEMERIS_TYPE: 0,
  CLASSIFICATION_TYPE: 'U',
  NORAD_CAT_ID: 5,
  ELEMENT_SET_NO: 999,
  REV_AT_EPOCH: 21814,
  BSTAR: -0.000022483,
  MEAN_MOTION_DOT: -1.6e-7,
  MEAN_MOTION_DDOT: 0,
}
const FIELDS = Object.keys(VANGUARD) as (keyof Omm)[]

const kvn = (sets: readonly Omm[]) =>
  sets
    .map((omm) =>
      [
        'CCSDS_OMM_VERS = 2.0',
        'COMMENT as CelesTrak writes it',
        'CREATION_DATE  =',
        ...FIELDS.map((field) => `${field.padEnd(20)}= ${omm[field]}`),
      ].join('\r\n'),
    )
    .join('\r\n\r\n')
const csv = (sets: readonly Omm[]) =>
  [
    FIELDS.join(','),
    ...sets.map((omm) => FIELDS.map((f) => `"${String(omm[f]).replaceAll('"', '""')}"`).join(',')),
  ].join('\n')
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const tags = (omm: Omm, fields: readonly (keyof Omm)[]) =>
  fields.map((f) => `<${f}>${escaped(String(omm[f]))}</${f}>`).join('')
const xml = (sets: readonly Omm[]) =>
  `<?xml version="1.0"?><ndm>${sets
    .map(
      (omm) =>
        `<omm id="CCSDS_OMM_VERS" version="2.0"><header/><body><segment><metadata>${tags(omm, FIELDS.slice(0, 2))}</metadata><data><meanElements>${tags(omm, FIELDS.slice(2, 9))}</meanElements><tleParameters>${tags(omm, FIELDS.slice(9))}</tleParameters></data></segment></body></omm>`,
    )
    .join('\n')}</ndm>`
const FORMS = { json: (sets: readonly Omm[]) => JSON.stringify(sets), xml, csv, kvn } as const

t.test(
  'the published samples of one set say the same in XML and CSV; that in JSON is of another day',
  async (t) => {
    for (const form of ['xml', 'csv']) {
      const text = dataFile(t, `sgp4/sample_omm.${form}`)
      if (text === null) return
      t.same(parseElements(text), { elements: [VANGUARD], refused: [] }, form)
      t.same(parseElements(`\uFEFF${text}`).elements, [VANGUARD], `${form} with a byte order mark`)
    }
    const json = dataFile(t, 'sgp4/sample_omm.json')
    if (json === null) return
    t.match(parseElements(json), { elements: [{ NORAD_CAT_ID: 5, MEAN_MOTION: 10.85873516 }], refused: [] })
  },
)

t.test('several sets, nine-digit ids and strange names come through every form', async (t) => {
  const sets = [
    VANGUARD,
    { ...VANGUARD, NORAD_CAT_ID: 799_501_299, OBJECT_NAME: 'A "B", C & <D> [E] = F' },
    { ...VANGUARD, NORAD_CAT_ID: 270_001, OBJECT_NAME: '0042' },
  ]
  for (const [form, write] of Object.entries(FORMS)) {
    t.same(parseElements(write(sets)), { elements: sets, refused: [] }, form)
  }
})

t.test('one bad set loses no other, and its field is named, in every form', async (t) => {
  const sets = [VANGUARD, { ...VANGUARD, MEAN_MOTION: Number.NaN }, { ...VANGUARD, NORAD_CAT_ID: 7 }]
  for (const [form, write] of Object.entries(FORMS)) {
    const { elements, refused } = parseElements(write(sets))
    t.same(
      elements.map((omm) => omm.NORAD_CAT_ID),
      [5, 7],
      form,
    )
    t.same(
      refused.map(({ index, name, errors }) => [index, name, errors[0]?.pointer]),
      [[1, 'VANGUARD 1', '/1/MEAN_MOTION']],
      form,
    )
  }
})

t.test('fields that SGP4 does not use may be empty in every form', async (t) => {
  const bare = { ...VANGUARD, OBJECT_ID: '', EPHEMERIS_TYPE: 0, ELEMENT_SET_NO: 0, REV_AT_EPOCH: 0 }
  const without = (text: string) =>
    text.replace(/<(ELEMENT_SET_NO|REV_AT_EPOCH|EPHEMERIS_TYPE)>0<\/\1>/g, '<$1/>').replaceAll('"0"', '""')
  for (const write of [xml, csv]) t.same(parseElements(without(write([bare]))).elements, [bare])
})

t.test('what is set twice, or means something else, is refused', async (t) => {
  const twice = [
    xml([VANGUARD]).replace('<BSTAR>', '<BSTAR>1</BSTAR><BSTAR>'),
    `${kvn([VANGUARD])}\nBSTAR = 1`,
  ]
  for (const text of twice)
    t.match(parseElements(text), { elements: [], refused: [{ errors: [{ pointer: '/0/BSTAR' }] }] })
  for (const text of [
    xml([VANGUARD]).replace('<metadata>', '<metadata><REF_FRAME>EME2000</REF_FRAME>'),
    `${kvn([VANGUARD])}\nREF_FRAME = EME2000`,
    csv([VANGUARD]).replace('OBJECT_NAME', 'REF_FRAME'),
  ])
    t.match(parseElements(text), { elements: [], refused: [{ errors: [{ pointer: '/0/REF_FRAME' }] }] })
})

const failsAsElements = (text: string): TalosError | null => {
  try {
    parseElements(text)
    return null
  } catch (error) {
    if (error instanceof TalosError && error.code === 'elements_invalid') return error
    throw error
  }
}

t.test('bombs of XML are refused before they go off', async (t) => {
  const laughs = [...Array(9).keys()].map((i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`)
  const bombs = {
    laughs: `<?xml version="1.0"?><!DOCTYPE ndm [<!ENTITY l0 "lol">${laughs.join('')}]><ndm><omm><OBJECT_NAME>&l9;</OBJECT_NAME></omm></ndm>`,
    outside: '<!DOCTYPE ndm SYSTEM "file:///etc/passwd"><ndm><omm/></ndm>',
    deep: `${'<omm>'.repeat(100_000)}`,
    deepAndClosed: `${'<omm>'.repeat(50_000)}${'</omm>'.repeat(50_000)}`,
    attributes: `<omm ${'a="1" '.repeat(100_000)}/>`,
    torn: xml([VANGUARD]).slice(0, 500),
    other: '<html><body>Service unavailable</body></html>',
    prototype: '<ndm><omm><__proto__><EPOCH>1</EPOCH></__proto__></omm></ndm>',
  }
  for (const [name, text] of Object.entries(bombs)) {
    const before = process.cpuUsage()
    const error = failsAsElements(text)
    const { user, system } = process.cpuUsage(before)
    t.ok(error !== null || parseElements(text).elements.length === 0, name)
    t.ok(user + system < 5e6, `${name} costs ${(user + system) / 1e6} s`)
  }
  t.equal(({} as { EPOCH?: unknown }).EPOCH, undefined)
})

t.test('long lines, many quotes and a text beyond any catalogue are refused', async (t) => {
  t.match(failsAsElements(`OBJECT_NAME,EPOCH\n"${'x'.repeat(100_000)}`), { detail: /CSV/ })
  t.match(failsAsElements(`OBJECT_NAME,EPOCH\n${'x'.repeat(100_000)},1`), { detail: /CSV/ })
  t.match(failsAsElements(' '.repeat(100_000_001)), { detail: /100000001 characters/ })
  t.equal(failsAsElements('"'.repeat(100_000)), null)
})

t.test('whatever the text, it is read, refused set by set, or refused with a reason', async (t) => {
  const pieces = [
    ...Object.values(FORMS).map((write) => write([VANGUARD])),
    '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753\n2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667\n',
  ]
  const spoiled = fc
    .record({
      text: fc.constantFrom(...pieces),
      at: fc.nat(1200),
      cut: fc.nat(40),
      put: fc.oneof(
        fc.string({ maxLength: 20, unit: 'binary' }),
        fc.constantFrom('<', '>', '&', '"', ',', '\n', '1e999', 'NaN', ']]>', '<!--', '<![CDATA['),
      ),
    })
    .map(({ text, at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut))
  fc.assert(
    fc.property(fc.oneof(spoiled, fc.string({ maxLength: 300 })), (text) => {
      if (failsAsElements(text) !== null) return true
      const { elements, refused } = parseElements(text)
      return (
        elements.every((omm) =>
          Object.values(omm).every((v) => typeof v === 'string' || Number.isFinite(v)),
        ) && refused.every(({ code, detail }) => code === 'elements_invalid' && detail !== '')
      )
    }),
    { numRuns: 1500 },
  )
  t.pass('holds')
})
