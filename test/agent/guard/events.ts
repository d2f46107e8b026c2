/** Arbitrary things that can happen to the guard, sane and insane. */
import fc from 'fast-check'
import type { OrderSource, ReleaseBy, StopBy } from '../../../agent/guard/state.js'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import type { Limits } from '../../../shared/mount/limits.js'

export type Happening =
  | {
      kind: 'order'
      source: OrderSource
      id: string
      goal: AzEl
      lifetimeMs: number | null
    }
  | { kind: 'wait'; ms: number }
  | { kind: 'measured'; lie: AzEl | null }
  | { kind: 'missed' | 'send_failed' | 'blocked' | 'tick' | 'hold' }
  | { kind: 'stop'; by: StopBy }
  | { kind: 'release'; by: ReleaseBy }
  | { kind: 'lease'; forMs: number | null }
  | { kind: 'claim' | 'unclaim'; id: string }
  | { kind: 'tighten'; limits: Limits }

const insane = fc.constantFrom(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e21,
  -1e9,
  1e-320,
)
const angle = (min: number, max: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min, max, noNaN: true, noDefaultInfinity: true }) },
    { weight: 2, arbitrary: fc.integer({ min: Math.floor(min), max: Math.ceil(max) }) },
    { weight: 1, arbitrary: insane },
  )
const direction = fc.record({ az: angle(-200, 760), el: angle(-20, 200) })
/** Mostly where the mount may go, so that much is allowed and the rest is close to it. */
const goalOn = (mount: Mount) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ az: angle(mount.azMin, mount.azMax), el: angle(mount.elMin, mount.elMax) }),
    },
    { weight: 1, arbitrary: direction },
  )
const contact = fc.constantFrom('contact-1', 'contact-1', 'contact-1', 'contact-2')

const order = { kind: fc.constant('order' as const), lifetimeMs: fc.constantFrom(null, 250, 1000, 5000) }
const byHand = (mount: Mount): fc.Arbitrary<Happening> =>
  fc.record({
    ...order,
    source: fc.constantFrom('manual' as const, 'park' as const, 'door' as const),
    id: fc.constantFrom('command-1', 'command-2'),
    goal: goalOn(mount),
  })
const byPlan = (mount: Mount): fc.Arbitrary<Happening> =>
  fc.record({
    ...order,
    source: fc.constantFrom('prepass' as const, 'plan' as const),
    id: contact,
    goal: goalOn(mount),
  })

export const anyLimits = (mount: Mount): fc.Arbitrary<Limits> =>
  fc.record({
    azMin: angle(mount.azMin - 50, mount.azMax + 50),
    azMax: angle(mount.azMin - 50, mount.azMax + 50),
    elMin: angle(-20, 100),
    elMax: angle(-20, 200),
  })

export const anyHappening = (mount: Mount, withLies: boolean): fc.Arbitrary<Happening> =>
  fc.oneof(
    { weight: 8, arbitrary: byHand(mount) },
    { weight: 6, arbitrary: byPlan(mount) },
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 1500 }).map((ms) => ({ kind: 'wait' as const, ms })) },
    {
      weight: 14,
      arbitrary: withLies
        ? fc.record({
            kind: fc.constant('measured' as const),
            lie: fc.option(direction, { freq: 3 }),
          })
        : fc.constant({ kind: 'measured' as const, lie: null }),
    },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom('missed' as const, 'send_failed' as const, 'blocked' as const, 'tick' as const)
        .map((kind) => ({ kind })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('stop' as const),
        by: fc.constantFrom('person' as const, 'door' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.oneof(
        { weight: 1, arbitrary: fc.constant({ kind: 'hold' as const }) },
        {
          weight: 9,
          arbitrary: fc.record({
            kind: fc.constant('release' as const),
            by: fc.constantFrom('station' as const, 'station' as const, 'fleet' as const),
          }),
        },
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('lease' as const),
        forMs: fc.constantFrom(null, 500, 5000, 60_000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('claim' as const, 'unclaim' as const), id: contact }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('tighten' as const), limits: anyLimits(mount) }) },
  )
