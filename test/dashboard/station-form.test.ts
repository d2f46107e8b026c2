import t from 'tap'
import { checkStation, formOf, radioBands } from '../../core/dashboard/logic/station-form.js'
import { station } from './samples.js'

t.test('a record goes through its form unchanged', async (t) => {
  const record = station({
    mask: [
      { az: 0, el: 5 },
      { az: 90, el: 12.5 },
    ],
    rf: [
      { direction: 'receive', lowHz: 430e6, highHz: 440e6, polarisation: 'rhcp' },
      { direction: 'transmit', lowHz: 145_800_000, highHz: 146e6, polarisation: 'any' },
    ],
  })
  const checked = checkStation(formOf(record))
  t.same(checked, {
    ok: true,
    body: { name: record.name, site: record.site, minElevation: 10, mask: record.mask, rf: record.rf },
  })
})

t.test('a station without a place is saved without one', async (t) => {
  const checked = checkStation(formOf(station({ site: null })))
  t.ok(checked.ok && !('site' in checked.body))
})

t.test('a decimal comma and a true minus are numbers', async (t) => {
  const checked = checkStation({ ...formOf(station()), lat: '−35,4', lon: '+149.1' })
  t.match(checked, { ok: true, body: { site: { lat: -35.4, lon: 149.1 } } })
})

t.test('each wrong field is named', async (t) => {
  const checked = checkStation({
    name: ' ',
    lat: '91',
    lon: '',
    altM: '1e9',
    minElevation: 'high',
    mask: '0 95\nx y',
    rf: 'receive 440 430',
  })
  t.ok(!checked.ok)
  if (!checked.ok)
    t.same(Object.keys(checked.wrong).sort(), ['altM', 'lat', 'lon', 'mask', 'minElevation', 'name', 'rf'])
})

t.test('NaN, Infinity and hexadecimal are no numbers', async (t) => {
  for (const lat of ['NaN', 'Infinity', '0x10', '1e2', '1.2.3', '٣'])
    t.notOk(checkStation({ ...formOf(station()), lat }).ok, lat)
})

t.test('bands are taken as people write them, and not guessed', async (t) => {
  t.same(radioBands(' Receive 430–440 RHCP\n\ntransmit 145,8 - 146 MHz '), [
    { direction: 'receive', lowHz: 430e6, highHz: 440e6, polarisation: 'rhcp' },
    { direction: 'transmit', lowHz: 145_800_000, highHz: 146e6, polarisation: 'any' },
  ])
  t.same(radioBands('\n'), [])
  for (const text of [
    'hear 430 440',
    'receive 430',
    'receive 440 430',
    'receive 430 440 round',
    'receive a b',
  ])
    t.equal(radioBands(text), null, text)
})
