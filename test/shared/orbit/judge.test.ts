import t from 'tap'
import { type ErrorCode, TalosError } from '../../../shared/errors.js'
import type { Omm } from '../../../shared/messages.js'
import { ageLevel, ageLimits, elementAgeMs } from '../../../shared/orbit/age.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { faultOf, judge } from '../../../shared/orbit/judge.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { DAY, HOUR } from '../../../shared/time.js'
import { dataFile } from '../../support/data.js'
import { ISS_EPOCH_MS as EPOCH, ISS } from '../../support/iss.js'

function refusal(act: () => unknown): { code: ErrorCode; detail: string } | null {
  try {
    act()
    return null
  } catch (error) {
    if (!(error instanceof TalosError)) throw error
    return { code: error.code, detail: error.detail }
  }
}

t.test('the age counts from the epoch', async (t) => {
  t.equal(elementAgeMs(ISS, EPOCH + 5), 5)
  t.equal(elementAgeMs(ISS, EPOCH - 5), -5)
})

t.test('judge: fresh elements pass, from 3 days with a warning, from 14 days they are refused', async (t) => {
  t.same(judge(ISS, EPOCH + DAY).warnings, [])
  t.match(judge(ISS, EPOCH + 3 * DAY).warnings, [/3\.0 days old/])
  t.match(judge(ISS, EPOCH + 13.9 * DAY).warnings, [/13\.9 days old/])
  t.match(
    refusal(() => judge(ISS, EPOCH + 14 * DAY)),
    { code: 'elements_stale', detail: /14\.0 days/ },
  )
  const synchronous = { ...ISS, MEAN_MOTION: 1.0027, INCLINATION: 0.1 }
  t.match(
    judge(synchronous, EPOCH + 20 * DAY).warnings,
    [/20\.0 days old/],
    'only low orbits are refused by age',
  )
})

t.test('judge: an epoch more than a day ahead is refused', async (t) => {
  t.ok(judge(ISS, EPOCH - 0.9 * DAY).ok)
  t.match(
    refusal(() => judge(ISS, EPOCH - 1.1 * DAY)),
    { code: 'elements_invalid', detail: /1\.1 days ahead/ },
  )
})

t.test('judge: orbits below the air or beyond the Moon are refused', async (t) => {
  t.match(
    refusal(() => judge({ ...ISS, MEAN_MOTION: 16.9 }, EPOCH)),
    { code: 'elements_invalid' },
  )
  t.match(
    refusal(() => judge({ ...ISS, ECCENTRICITY: 0.5 }, EPOCH)),
    { code: 'elements_invalid' },
  )
  t.match(
    refusal(() => judge({ ...ISS, MEAN_MOTION: 0.03 }, EPOCH)),
    {
      code: 'elements_invalid',
      detail: /km from the centre of the Earth/,
    },
  )
  t.match(
    refusal(() => judge({ ...ISS, BSTAR: 1 }, EPOCH + 5 * DAY)),
    {
      code: 'elements_invalid',
      detail: /decayed|SGP4 error/,
    },
  )
})

t.test('judge: a slow orbit whose inclination is 180 degrees is refused, a low one is not', async (t) => {
  const deep = { ...ISS, MEAN_MOTION: 2, INCLINATION: 180 }
  t.match(
    refusal(() => judge(deep, EPOCH)),
    { code: 'elements_invalid', detail: /so close to 180/ },
  )
  t.ok(judge({ ...deep, INCLINATION: 179.9 }, EPOCH).ok)
  t.ok(judge({ ...ISS, INCLINATION: 180 }, EPOCH).ok)
})

t.test('how old elements may be depends on the orbit', async (t) => {
  const days = (omm: Partial<Omm>) => {
    const { warnMs, refuseMs } = ageLimits({ ...ISS, ...omm })
    return [warnMs / DAY, refuseMs / DAY]
  }
  t.same(days({}), [3, 14])
  t.same(days({ MEAN_MOTION: 2.006, ECCENTRICITY: 0.74 }), [3, 21], 'Molniya, perigee at 600 km')
  t.same(days({ MEAN_MOTION: 2.006, ECCENTRICITY: 0.01 }), [7, 60], 'navigation')
  t.same(days({ MEAN_MOTION: 1.0027 }), [7, 60], 'synchronous')
  const limits = ageLimits(ISS)
  t.same(
    [-1, 2.99, 3, 13.99, 14].map((age) => ageLevel(age * DAY, limits)),
    ['fresh', 'fresh', 'old', 'old', 'stale'],
  )
})

t.test('each fault has a name', async (t) => {
  const named = (omm: Omm, now = EPOCH, at = now) => faultOf(omm, now, [at])?.fault ?? null
  t.equal(named(ISS), null)
  t.equal(named({ ...ISS, EPOCH: 'yesterday' }), 'epoch_invalid')
  t.equal(named({ ...ISS, EPOCH: '1957-10-03T00:00:00' }), 'epoch_invalid')
  t.equal(named(ISS, EPOCH - 2 * DAY), 'epoch_ahead')
  t.equal(named({ ...ISS, MEAN_MOTION: 0.03 }), 'radius_absurd')
  t.equal(named({ ...ISS, MEAN_MOTION: 1e-6 }), 'radius_absurd')
  t.equal(named({ ...ISS, BSTAR: 1 }, EPOCH + 5 * DAY), 'no_position')
  t.equal(named({ ...ISS, MEAN_MOTION: Number.NaN }), 'no_position')
})

t.test('what SGP4 says of an orbit that is long gone is found out, whenever it is asked', async (t) => {
  // The set of satellite.js's issue 152: garbage without an error from 745 days after its epoch on.
  const lines = [
    '1 45110U 20007A   23232.80903846 0.00110000  00000-0  32750-2 0    04',
    '2 45110  69.9913 111.5649 0009740 159.9373 200.0626 15.34502222    06',
  ]
  t.equal(parseElements(lines.join('\n')).elements.length, 0, 'as it stands it is no set')
  const omm: Omm = {
    ...ISS,
    EPOCH: '2023-08-20T19:25:00.924000',
    BSTAR: 0.03275,
    MEAN_MOTION: 15.34502222,
    ECCENTRICITY: 0.000974,
    INCLINATION: 69.9913,
    RA_OF_ASC_NODE: 111.5649,
    ARG_OF_PERICENTER: 159.9373,
    MEAN_ANOMALY: 200.0626,
  }
  const epoch = Date.UTC(2023, 7, 20, 19, 25)
  for (const BSTAR of [0.003275, 0.03275])
    for (let day = 0; day < 1500; day += 5) {
      const now = epoch + day * DAY
      const set = { ...omm, BSTAR }
      if (faultOf(set, now, [now]) !== null) continue
      const radius = Math.hypot(...Object.values(satelliteFrom(set).stateAt(now).position))
      if (day > 250 || radius > 7000) t.fail(`B* ${BSTAR}, day ${day}: ${radius} km`)
    }
  t.pass('nothing of it is taken')
})

t.test('of a whole catalogue few are refused on the day, none without a reason', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  if (text === null) return
  const now = Date.UTC(2026, 4, 8)
  const refused = parseElements(text)
    .elements.filter((_, i) => i % 7 === 0)
    .flatMap((omm) => refusal(() => judge(omm, now)) ?? [])
  t.ok(refused.length < 10, `${refused.length} of 2,192`)
  for (const { detail } of refused) t.match(detail, /old|centre of the Earth|no position|ahead/)
})

t.test('a satellite that would race along its orbit, without an error of SGP4, is none', async (t) => {
  const text = dataFile(t, 'active-20260507.tle')
  const omm = text === null ? undefined : parseElements(text).elements.find((o) => o.NORAD_CAT_ID === 68_643)
  if (omm === undefined) return
  const epoch = satelliteFrom(omm).epochMs
  t.equal(faultOf(omm, epoch, [epoch, epoch + HOUR]), null)
  const later = epoch + 60 * DAY
  t.ok(satelliteFrom(omm).stateAt(later), 'SGP4 has a position, 2,000 km from the one a second before')
  t.match(faultOf(omm, later, [later]), { fault: 'diverged', detail: /2013\.6 km\/s/ })
})
