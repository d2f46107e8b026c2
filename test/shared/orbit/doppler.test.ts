import fc from 'fast-check'
import t from 'tap'
import { neededUplink, receivedDownlink, SPEED_OF_LIGHT } from '../../../shared/orbit/doppler.js'

t.test('an approaching satellite is heard high and is sent to low', async (t) => {
  t.equal(receivedDownlink(437_000_000, -7), 437_010_204)
  t.equal(receivedDownlink(437_000_000, 7), 436_989_797)
  t.equal(neededUplink(145_900_000, -7), 145_896_593)
  t.equal(neededUplink(145_900_000, 7), 145_903_407)
  t.equal(receivedDownlink(437_000_000, 0), 437_000_000)
})

t.test('a transponder in the satellite hears what was asked for', async (t) => {
  const hz = fc.integer({ min: 1_000_000, max: 50_000_000_000 })
  fc.assert(
    fc.property(hz, fc.double({ min: -12, max: 12, noNaN: true }), (heardHz, rangeRate) => {
      // A moving receiver: f (1 - v/c), the formula of the other direction.
      const atSatellite = neededUplink(heardHz, rangeRate) * (1 - rangeRate / SPEED_OF_LIGHT)
      return Math.abs(atSatellite - heardHz) <= 0.51
    }),
  )
  t.pass('holds')
})

t.test('an impossible range rate is refused', async (t) => {
  for (const rate of [Number.NaN, Number.POSITIVE_INFINITY, 300_000, -300_000])
    t.throws(() => receivedDownlink(437_000_000, rate), { code: 'invalid_request' })
})
