import { parse } from 'csv-parse/sync'
import t from 'tap'
import { contactCsv, csvParts, passCsv, scheduleCsv } from '../../../core/planning/csv.js'
import type { Contact } from '../../../shared/api/contacts.js'

const read = (parts: Iterable<string>) =>
  parse<Record<string, string>>([...parts].join(''), { columns: true })

t.test('a name that begins like a formula is text; a negative number stays a number', (t) => {
  const contact = {
    satelliteName: '=HYPERLINK("http://evil.example")',
    stationName: '+1, "roof"\n@home',
    cause: '-rain',
    aosAz: 12.3456,
    losAz: 0,
    maxEl: -0.5,
    onTargetS: null,
    rmsErrDeg: 0.12345,
    maxErrDeg: null,
  } as Contact
  t.match(read(contactCsv([contact])), [
    {
      name: `'=HYPERLINK("http://evil.example")`,
      station_name: `'+1, "roof"\n@home`,
      cause: "'-rain",
      aos_az_deg: '12.35',
      max_el_deg: '-0.5',
      on_target_s: '',
      rms_error_deg: '0.123',
    },
  ])
  t.end()
})

t.test('the names of the columns come first and once, whether there are no rows or thousands', (t) => {
  t.equal([...csvParts(['a', 'b'], [])].join(''), 'a,b\n')
  const rows = Array.from({ length: 1201 }, (_, a) => ({ a, b: a % 2 === 0 }))
  const parts = [...csvParts(['a', 'b'], rows)]
  t.equal(parts.length, 4)
  const back = read(parts)
  t.equal(back.length, 1201)
  t.same(back.at(-1), { a: '1200', b: 'true' })
  t.match(
    [...passCsv([], { columns: ['station'], of: () => ({}) })].join(''),
    /^station,satellite,name,aos_utc/,
  )
  t.match(
    read(
      scheduleCsv([
        {
          decision: 'refused',
          stationId: 'station-1',
          stationName: 'Delft',
          satelliteId: '25544',
          aos: '2026-05-08T10:00:00.000Z',
          los: '2026-05-08T10:10:00.000Z',
          rule: 'antenna',
          reason: 'another one is worth more',
        },
      ]),
    ),
    [{ decision: 'refused', station_name: 'Delft', rule: 'antenna', reason: 'another one is worth more' }],
  )
  t.end()
})
