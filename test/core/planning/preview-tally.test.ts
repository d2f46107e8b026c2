import fc from 'fast-check'
import t from 'tap'
import { type CandidatePass, type Standing, tally } from '../../../core/planning/preview-tally.js'
import { DAY, MINUTE } from '../../../shared/time.js'
import { T0 } from './fixtures.js'

const RULES = {
  ...{ priority: 5, maxPerDay: null, quotaPer: 'campaign' as const, minGapS: 0, simultaneous: null },
  ...{ prepassS: 0, postpassS: 0 },
}
const pass = (startMin: number, more: Partial<CandidatePass> = {}): CandidatePass => ({
  ...{ stationId: 'roof', satelliteId: '1', fits: true },
  ...{ aos: T0 + startMin * MINUTE, los: T0 + (startMin + 10) * MINUTE },
  ...more,
})
const standing = (startMin: number, more: Partial<Standing> = {}): Standing => ({
  ...{ stationId: 'roof', satelliteId: '2', priority: 5, stays: false },
  ...{ from: T0 + startMin * MINUTE, to: T0 + (startMin + 10) * MINUTE },
  ...more,
})
const one = { passes: 1, seconds: 600 }
const none = { passes: 0, seconds: 0 }

t.test(
  'A pass is free, over what counts less, or under what counts as much, is fixed, or runs',
  async (t) => {
    t.match(tally([pass(0)], RULES, [standing(10), standing(0, { stationId: 'hill' })], []), { free: one })
    t.match(tally([pass(0)], RULES, [standing(5, { priority: 4 })], []), { over: one, free: none, most: 1 })
    t.match(tally([pass(0)], RULES, [standing(5)], []), { under: one, most: 0 })
    t.match(tally([pass(0)], RULES, [standing(5, { priority: 1, stays: true })], []), { under: one })
    t.match(tally([pass(0)], RULES, [standing(0, { satelliteId: '1', priority: 9 })], []), { free: one })
  },
)

t.test('Radio and maintenance go before; setup binds the antenna, too', async (t) => {
  const window = { stationId: 'roof', from: T0 + 5 * MINUTE, to: T0 + 6 * MINUTE }
  t.match(tally([pass(0, { fits: false })], RULES, [], [window]), { radio: one, maintenance: none })
  t.match(tally([pass(0)], RULES, [], [window]), { maintenance: one, most: 0 })
  t.match(tally([pass(0)], { ...RULES, postpassS: 60 }, [standing(10)], []), { under: one })
})

t.test('A day, the gap and the stations at once bound how many there can be', async (t) => {
  const three = [pass(0), pass(5, { stationId: 'hill' }), pass(30)]
  t.equal(tally(three, RULES, [], []).most, 3)
  t.equal(tally(three, { ...RULES, simultaneous: 1 }, [], []).most, 2)
  t.equal(tally(three, { ...RULES, minGapS: 1500 }, [], []).most, 1)
  t.equal(tally(three, { ...RULES, maxPerDay: 2 }, [], []).most, 2)
  const both = [...three, pass(0, { satelliteId: '3' }), pass(1440)]
  t.equal(tally(both, { ...RULES, maxPerDay: 1 }, [], []).most, 2, 'one on each of two days')
  t.equal(tally(both, { ...RULES, maxPerDay: 1, quotaPer: 'satellite' }, [], []).most, 3)
})

t.test('The bound of stations at once is what trying all choices finds', async () => {
  const passes = fc
    .array(fc.record({ start: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 20 }) }), {
      maxLength: 8,
    })
    .map((all) =>
      all.map(({ start, length }) => ({
        ...pass(start),
        los: T0 + (start + length) * MINUTE,
      })),
    )
  fc.assert(
    fc.property(passes, fc.integer({ min: 1, max: 3 }), (all, width) => {
      const fits = (chosen: readonly CandidatePass[]) =>
        chosen.every(
          ({ aos }) => chosen.filter((other) => other.aos <= aos && aos < other.los).length <= width,
        )
      let best = 0
      for (let mask = 0; mask < 1 << all.length; mask++) {
        const chosen = all.filter((_, i) => (mask >> i) & 1)
        if (chosen.length > best && fits(chosen)) best = chosen.length
      }
      const { most } = tally(all, { ...RULES, simultaneous: width }, [], [])
      return most === best && all.every(({ aos }) => aos < T0 + DAY)
    }),
  )
})
