import t from 'tap'
import { satellitesFrom, tleTextFrom, transmittersFrom } from '../../director/satnogs.js'
import { parseElements } from '../../shared/orbit/elements.js'

/** With the fields that the API documents, and with what volunteers enter. */
const transmitter = (more: object = {}) => ({
  uuid: 'ybJ86zjXzQxDReZ5skY56B',
  description: 'Mode V/U FM',
  alive: true,
  type: 'Transponder',
  uplink_low: 145_850_000,
  uplink_high: 145_950_000,
  uplink_drift: null,
  downlink_low: 435_150_000,
  downlink_high: 435_050_000,
  downlink_drift: null,
  mode: 'FM',
  mode_id: 1,
  uplink_mode: 'FM',
  invert: true,
  baud: 0,
  sat_id: 'XSKZ-5603-1870-9019-3066',
  norad_cat_id: 7530,
  status: 'active',
  updated: '2026-05-01T10:00:00.000000Z',
  citation: 'https://example.org',
  service: 'Amateur',
  ...more,
})

t.test('A transmitter of SatNOGS DB is read with its bands; what is no band is none', async (t) => {
  const { items, skipped } = transmittersFrom(JSON.stringify([transmitter()]))
  t.equal(skipped, 0)
  t.same(items, [
    {
      ...{
        id: 'ybJ86zjXzQxDReZ5skY56B',
        satelliteId: '7530',
        description: 'Mode V/U FM',
        kind: 'transponder',
      },
      ...{ downlinkLowHz: 435_150_000, downlinkHighHz: null },
      ...{ uplinkLowHz: 145_850_000, uplinkHighHz: 145_950_000 },
      ...{ mode: 'FM', baud: null, invert: true, polarisation: null, status: 'active' },
    },
  ])
})

t.test(
  'Frequencies beyond 2^31 Hz, parts of a Hz, empty modes and control characters are taken',
  async (t) => {
    const odd = transmitter({
      ...{ downlink_low: 26_250_000_000.4, downlink_high: 0, mode: '', baud: 1e6, type: null, invert: null },
      ...{ description: 'X\u0000 band\n', uplink_low: null, uplink_high: 5 },
    })
    t.match(transmittersFrom(JSON.stringify([odd])).items, [
      {
        ...{ downlinkLowHz: 26_250_000_000, downlinkHighHz: null, uplinkLowHz: null, uplinkHighHz: null },
        ...{ mode: null, baud: 1e6, kind: 'transmitter', invert: false, description: 'X  band' },
      },
    ])
  },
)

t.test(
  'What has no catalogue number, or is nothing like a transmitter, is counted and left out',
  async (t) => {
    const entries = [
      transmitter({ norad_cat_id: null }),
      transmitter({ norad_cat_id: 1_000_000_000 }),
      transmitter({ status: 'perhaps' }),
      transmitter({ uuid: '../x' }),
      transmitter({ downlink_low: 2e12 }),
      null,
      'x',
      transmitter(),
    ]
    const { items, skipped } = transmittersFrom(JSON.stringify(entries))
    t.equal(items.length, 1)
    t.equal(skipped, 7)
  },
)

t.test('A satellite is read with what became of it', async (t) => {
  const satellite = {
    sat_id: 'X',
    norad_cat_id: 40_012,
    name: 'UNISAT-6',
    names: '',
    image: '',
    operator: 'None',
  }
  const { items, skipped } = satellitesFrom(
    JSON.stringify([
      { ...satellite, status: 'alive', decayed: null },
      { ...satellite, norad_cat_id: 40_013, status: 're-entered', decayed: '2025-03-01T00:00:00Z' },
      { ...satellite, norad_cat_id: null, status: 'future' },
    ]),
  )
  t.same(items, [
    { satelliteId: '40012', name: 'UNISAT-6', life: 'alive', decayedAt: null },
    { satelliteId: '40013', name: 'UNISAT-6', life: 're-entered', decayedAt: '2025-03-01T00:00:00.000Z' },
  ])
  t.equal(skipped, 1)
})

t.test('Its elements are read as three lines each, and one bad line loses no other', async (t) => {
  const iss = {
    tle0: '0 ISS (ZARYA)',
    tle1: '1 25544U 98067A   20029.54791435  .00001264  00000-0  29621-4 0  9998',
    tle2: '2 25544  51.6434 322.3083 0004853 184.4677 299.8387 15.49176870210257',
    tle_source: 'Space-Track.org',
    sat_id: 'X',
    norad_cat_id: 25_544,
    updated: '2020-01-29T16:00:00',
  }
  const text = tleTextFrom(JSON.stringify([{ ...iss, tle1: 'x\n1 y' }, null, iss]))
  const { elements, refused } = parseElements(text)
  t.match(elements, [{ NORAD_CAT_ID: 25_544, OBJECT_NAME: 'ISS (ZARYA)' }])
  t.ok(refused.length > 0, 'and the bad ones are named')
})

t.test('What is no list is said to be none', async (t) => {
  for (const text of ['<html>', '{"results":[]}', '']) {
    t.throws(() => transmittersFrom(text), { code: 'elements_unavailable' })
    t.throws(() => tleTextFrom(text), { code: 'elements_unavailable' })
  }
})
