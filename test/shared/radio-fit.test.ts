import fc from 'fast-check'
import t from 'tap'
import type { RadioBand } from '../../shared/api/radio.js'
import type { Transmitter } from '../../shared/api/transmitters.js'
import { NO_NEED, needOf, rfFit } from '../../shared/radio-fit.js'

const band = (over: Partial<RadioBand> = {}): RadioBand => ({
  direction: 'receive',
  lowHz: 435e6,
  highHz: 438e6,
  polarisation: 'any',
  ...over,
})

const transmitter = (over: Partial<Transmitter> = {}): Transmitter => ({
  id: 'transmitter-1',
  satelliteId: '25544',
  description: 'FM',
  kind: 'transceiver',
  downlinkLowHz: 437_800_000,
  downlinkHighHz: null,
  uplinkLowHz: 145_990_000,
  uplinkHighHz: null,
  mode: 'FM',
  baud: null,
  invert: false,
  polarisation: null,
  status: 'active',
  source: 'manual',
  updatedAt: '2026-11-22T12:00:00.000Z',
  ...over,
})

const silent = { downlinkHz: null, uplinkHz: null, polarisation: null }
const hears = { ...NO_NEED, downlinkHz: 437_800_000 }

t.test('what a campaign states counts before what transmitters say', (t) => {
  const stated = { downlinkHz: 437_500_000, uplinkHz: null, polarisation: null }
  t.same(needOf(stated, [transmitter()]), { ...stated, mustSend: false })
  t.match(needOf({ ...stated, uplinkHz: 145e6 }, []), { mustSend: true })
  t.end()
})

t.test(
  'the only active transmitter says it; of several nobody knows which, and none restricts nothing',
  (t) => {
    const told = { downlinkHz: 437_800_000, uplinkHz: 145_990_000, polarisation: null, mustSend: false }
    t.same(needOf(silent, [transmitter(), transmitter({ id: 'transmitter-2', status: 'inactive' })]), told)
    t.same(needOf(silent, [transmitter(), transmitter({ id: 'transmitter-2' })]), NO_NEED)
    t.same(needOf({ ...silent, polarisation: 'lhcp' }, []), { ...NO_NEED, polarisation: 'lhcp' })
    const transponder = transmitter({ downlinkLowHz: 435_100_000, downlinkHighHz: 435_200_001 })
    t.equal(needOf(silent, [transponder]).downlinkHz, 435_150_001, 'the middle of a band, in whole hertz')
    t.end()
  },
)

t.test('bands that are not stated restrict nothing', (t) => {
  t.same(rfFit([], { ...hears, uplinkHz: 1, mustSend: true }), {
    link: { downlinkHz: 437_800_000, uplinkHz: 1, power: 1 },
  })
  t.same(rfFit([band({ lowHz: 1, highHz: 2 })], NO_NEED), {
    link: { downlinkHz: null, uplinkHz: null, power: 1 },
  })
  t.end()
})

t.test('the band that is missing is named', (t) => {
  t.same(rfFit([band({ highHz: 436e6 })], hears), { misfit: 'the station does not receive on 437.8 MHz' })
  t.same(rfFit([band()], { ...hears, uplinkHz: 145_990_000, mustSend: true }), {
    misfit: 'the station does not transmit on 145.99 MHz',
  })
  t.same(
    rfFit([band()], { ...hears, uplinkHz: 145_990_000 }),
    { link: { downlinkHz: 437_800_000, uplinkHz: null, power: 1 } },
    'a station that only hears will do where nobody asked for the uplink',
  )
  t.end()
})

t.test('circular on linear costs half the power, crossed polarisations all of it', (t) => {
  const fit = (wave: RadioBand['polarisation'], ...antennas: RadioBand['polarisation'][]) =>
    rfFit(
      antennas.map((polarisation) => band({ polarisation })),
      { ...hears, polarisation: wave },
    )
  t.match(fit('rhcp', 'rhcp'), { link: { power: 1 } })
  t.match(fit('rhcp', 'vertical'), { link: { power: 0.5 } })
  t.match(fit('horizontal', 'lhcp'), { link: { power: 0.5 } })
  t.match(fit('any', 'lhcp'), { link: { power: 1 } })
  t.match(fit('rhcp', 'lhcp'), { misfit: /polarisation across rhcp/ })
  t.match(fit('horizontal', 'vertical'), { misfit: /polarisation across horizontal/ })
  t.match(fit('rhcp', 'lhcp', 'horizontal'), { link: { power: 0.5 } }, 'the best of its antennas counts')
  t.end()
})

t.test('another band never makes a fit worse', (t) => {
  const bands = fc.array(
    fc.record({
      direction: fc.constantFrom('receive' as const, 'transmit' as const),
      lowHz: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
      polarisation: fc.constantFrom('rhcp' as const, 'lhcp' as const, 'horizontal' as const, 'any' as const),
    }),
    { minLength: 1, maxLength: 5 },
  )
  const made = (list: { lowHz: number; width: number }[]) =>
    list.map(({ width, ...b }) => ({ ...b, highHz: b.lowHz + width })) as RadioBand[]
  const power = (fit: ReturnType<typeof rfFit>) => ('link' in fit ? fit.link.power : 0)
  fc.assert(
    fc.property(bands, bands, fc.integer({ min: 1, max: 10 }), (some, more, hz) => {
      const need = { ...NO_NEED, downlinkHz: hz, polarisation: 'rhcp' as const }
      return power(rfFit(made([...some, ...more]), need)) >= power(rfFit(made(some), need))
    }),
  )
  t.end()
})
