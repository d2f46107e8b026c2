import fc from 'fast-check'
import t from 'tap'
import { type LookEnd, nextLook, SHORTEST_MS, soonestLook } from '../../../core/planning/look-times.js'
import { lookOutcome } from '../../../shared/api/sources.js'
import { DAY, HOUR, MINUTE } from '../../../shared/time.js'

const ASKED = Date.parse('2026-11-22T12:00:00.000Z')
const end = (more: Partial<LookEnd>): LookEnd => ({
  outcome: 'changed',
  askedMs: ASKED,
  nowMs: ASKED + 1000,
  everyMs: 2 * HOUR,
  failures: 1,
  retryAfterMs: null,
  random: 0,
  ...more,
})

t.test(
  'Who answered is asked again after the time of the source, and not at one moment by everybody',
  async (t) => {
    for (const outcome of ['changed', 'unchanged'] as const) {
      t.equal(nextLook(end({ outcome })), ASKED + 2 * HOUR)
      t.equal(nextLook(end({ outcome, everyMs: DAY, random: 0.5 })), ASKED + DAY + 2.5 * MINUTE)
    }
  },
)

t.test('What fails is asked at twice the distance each time, up to a day', async (t) => {
  const waits = [1, 2, 3, 4, 5, 20].map((failures) => nextLook(end({ outcome: 'failed', failures })) - ASKED)
  t.same(
    waits.map((ms) => ms / HOUR),
    [2, 4, 8, 16, 24, 24],
  )
})

t.test(
  'Who refuses is left alone for hours, twice as long each time, and longer where it asks for it',
  async (t) => {
    const nowMs = end({}).nowMs
    const waits = [1, 2, 3, 10].map((failures) => nextLook(end({ outcome: 'refused', failures })) - nowMs)
    t.same(
      waits.map((ms) => ms / HOUR),
      [6, 12, 24, 168],
    )
    t.equal(nextLook(end({ outcome: 'refused', retryAfterMs: DAY })), nowMs + DAY)
    t.equal(nextLook(end({ outcome: 'refused', retryAfterMs: 365 * DAY })), nowMs + 7 * DAY, 'not for ever')
  },
)

t.test('Where no request got there, the next comes in a minute, then more and more slowly', async (t) => {
  const nowMs = end({}).nowMs
  const waits = [1, 2, 3, 30].map((failures) => nextLook(end({ outcome: 'unreachable', failures })) - nowMs)
  t.same(
    waits.map((ms) => ms / MINUTE),
    [1, 2, 4, 120],
  )
})

t.test('Whatever happens, and whatever a person wants, two hours lie between two requests', async (t) => {
  const outcomes = lookOutcome.options.filter((o) => o !== 'unreachable')
  fc.assert(
    fc.property(
      fc.record({
        outcome: fc.constantFrom(...outcomes),
        tookMs: fc.integer({ min: 0, max: HOUR }),
        everyH: fc.integer({ min: 2, max: 168 }),
        failures: fc.integer({ min: 0, max: 1000 }),
        retryAfterMs: fc.option(fc.integer({ min: 0, max: 400 * DAY })),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      }),
      ({ tookMs, everyH, ...more }) => {
        const next = nextLook(end({ ...more, nowMs: ASKED + tookMs, everyMs: everyH * HOUR }))
        const person = soonestLook({
          outcome: more.outcome,
          askedMs: ASKED,
          blockedMs: null,
          nowMs: ASKED + tookMs,
        })
        return next >= ASKED + SHORTEST_MS && person >= ASKED + SHORTEST_MS && next < ASKED + 16 * DAY
      },
    ),
  )
  const at = { askedMs: ASKED, nowMs: ASKED + 1000 }
  t.equal(soonestLook({ ...at, outcome: 'unreachable', blockedMs: null }), ASKED + 1000)
  t.equal(soonestLook({ ...at, outcome: 'refused', blockedMs: ASKED + DAY }), ASKED + DAY)
})
