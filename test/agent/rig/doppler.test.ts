import fc from 'fast-check'
import t from 'tap'
import {
  DIAL_REST_MS,
  type Dial,
  follow,
  freshDial,
  type Link,
  sent,
  stepOf,
  toRadio,
  toSatellite,
} from '../../../agent/rig/doppler.js'

const DOWN: Link = { direction: 'downlink', satelliteHz: 437_000_000, loHz: 0 }
const UP: Link = { direction: 'uplink', satelliteHz: 145_900_000, loHz: 0 }
const RULES = { stepHz: 10, followHz: 50_000 }

t.test('an approaching satellite is received high and sent to low, at the radio', (t) => {
  t.equal(toRadio(DOWN, 437_000_000, -7), 437_010_204)
  t.equal(toRadio(DOWN, 437_000_000, 7), 436_989_797)
  t.equal(toRadio(UP, 145_900_000, -7), 145_896_593)
  t.equal(toRadio(UP, 145_900_000, 7), 145_903_407)
  t.end()
})

t.test('a converter shifts the dial and nothing else', (t) => {
  const s = { ...DOWN, satelliteHz: 2_400_100_000, loHz: 2_256_000_000 }
  t.equal(toRadio(s, s.satelliteHz, 0), 144_100_000)
  t.equal(toSatellite(s, 144_100_000, 0), 2_400_100_000)
  t.equal(toRadio({ ...UP, loHz: -100_000_000 }, 145_900_000, 0), 245_900_000, 'below zero it adds')
  t.end()
})

t.test('there and back the frequency is the same, to the hertz of rounding', (t) => {
  const hz = fc.integer({ min: 1_000_000, max: 50_000_000_000 })
  const rate = fc.double({ min: -12, max: 12, noNaN: true })
  fc.assert(
    fc.property(hz, rate, fc.constantFrom(DOWN, UP), (satelliteHz, rangeRate, link) => {
      const back = toSatellite(link, toRadio(link, satelliteHz, rangeRate), rangeRate)
      return Math.abs(back - satelliteHz) <= 1
    }),
  )
  t.end()
})

t.test('the step is what the mode would notice', (t) => {
  t.same(['USB', 'CW', 'FM', 'WFM', 'SOMETHING', null].map(stepOf), [10, 10, 250, 2500, 10, 10])
  t.end()
})

/** A dial in hand: time, the radio, and what the agent knows. */
class Bench {
  dial: Dial = freshDial
  at = 0
  radioHz = 436_000_000

  constructor(
    private readonly link = DOWN,
    private readonly rules = RULES,
  ) {}

  look(rate: number, afterMs = 250): number | null {
    this.at += afterMs
    const reading = { at: this.at, radioHz: this.radioHz, rate, rateAhead: rate }
    const { dial, send } = follow(this.dial, this.link, reading, this.rules)
    this.dial = dial
    if (send !== null) {
      // A radio with steps of 20 Hz.
      this.radioHz = Math.round(send / 20) * 20
      this.dial = sent(dial, send, this.radioHz)
    }
    return send
  }
}

t.test('the first frequency is sent wherever the radio stands; then only beyond the step', (t) => {
  const bench = new Bench()
  t.equal(bench.look(-7), 437_010_204)
  t.equal(bench.look(-7), null, 'the rounding of the radio is not a turn of the dial')
  t.equal(bench.look(-6.995), null, '7 Hz')
  t.equal(bench.look(-6.993), 437_010_194, '10 Hz from what was sent last')
  t.end()
})

t.test('a turned dial is left alone until it rests, and then Doppler goes on from where it is', (t) => {
  const bench = new Bench()
  bench.look(0)
  bench.radioHz += 3000
  t.equal(bench.look(0), null)
  bench.radioHz += 2000
  t.equal(bench.look(0), null)
  t.equal(bench.dial.offsetHz, 5000)
  t.equal(bench.look(-1, DIAL_REST_MS - 1), null, 'not yet at rest')
  t.equal(bench.look(-1, 1), toRadio(DOWN, 437_005_000, -1))
  t.equal(bench.look(-2), toRadio(DOWN, 437_005_000, -2))
  t.end()
})

t.test(
  'a dial at rest that the agent has moved itself is nobody\u2019s turn, however the Doppler runs',
  (t) => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { maxLength: 50 }), (rates) => {
        const bench = new Bench()
        for (const rate of rates) bench.look(rate)
        return bench.dial.offsetHz === 0 && bench.dial.isOurs
      }),
    )
    t.end()
  },
)

t.test('far away the radio is the operator\u2019s, until he comes back', (t) => {
  const bench = new Bench()
  bench.look(0)
  bench.radioHz = 145_500_000
  t.equal(bench.look(0), null)
  t.equal(bench.dial.isOurs, false)
  t.equal(bench.look(-5, 60_000), null, 'Doppler waits')
  bench.radioHz = 437_020_000
  t.equal(bench.look(0), null)
  t.equal(bench.dial.offsetHz, 20_000)
  t.equal(bench.look(-1, DIAL_REST_MS), toRadio(DOWN, 437_020_000, -1))
  t.end()
})

t.test('whatever is read, only whole hertz are sent', (t) => {
  const hz = fc.integer({ min: 1, max: 2_000_000_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(hz, fc.double({ min: -8, max: 8, noNaN: true }))), (looks) => {
      const bench = new Bench(DOWN, { stepHz: 1, followHz: 10_000_000 })
      return looks.every(([radioHz, rate]) => {
        bench.radioHz = radioHz
        const send = bench.look(rate, 2000)
        return send === null || (Number.isSafeInteger(send) && Math.abs(send - 437_000_000) < 10_100_000)
      })
    }),
  )
  t.end()
})
