/**
 * Elements as they are published anew every two hours: the same orbits, carried on by their mean motion and the
 * flattening of the Earth, and each time a little off, as determinations of orbits are.
 * @module
 */
import type { Omm } from '../../../shared/messages.js'
import { parseEpoch } from '../../../shared/orbit/epoch.js'
import { DAY } from '../../../shared/time.js'
import type { Pick } from '../random.js'

/** Standard deviation along the track, degrees of mean anomaly: some 0.3 s of a low orbit. */
const USUAL_DEG = 0.02
/** Of a satellite that has manoeuvred, or whose last set was bad. */
const LARGE_DEG = 0.25

const EARTH_KM = 6378.137
const MU = 398_600.4418
const J2 = 1.08262668e-3
const RADIAN = Math.PI / 180

const turned = (degrees: number): number => ((degrees % 360) + 360) % 360
const rounded = (value: number): number => Number(value.toFixed(8))

/** The sum of twelve evenly distributed numbers is nearly normal. */
const normal = (random: Pick): number =>
  Array.from({ length: 12 }, () => random(1_000_000) / 1_000_000).reduce((a, b) => a + b, -6)

/**
 * The set with its epoch at `epochMs`. Secular rates of J2: Vallado, Fundamentals of Astrodynamics, 9.6.2.
 * @param oneIn one of so many sets is off by much
 */
export function renewed(omm: Omm, epochMs: number, oneIn: number, random: Pick): Omm {
  const days = (epochMs - (parseEpoch(omm.EPOCH) ?? epochMs)) / DAY
  const { MEAN_MOTION: revs, ECCENTRICITY: e, INCLINATION } = omm
  const n = (revs * 2 * Math.PI) / 86_400
  const a = (MU / n ** 2) ** (1 / 3)
  const cosI = Math.cos(INCLINATION * RADIAN)
  const k = 1.5 * J2 * (EARTH_KM / (a * (1 - e ** 2))) ** 2 * revs * 360
  const off = random(oneIn) === 0 ? LARGE_DEG : USUAL_DEG
  // The mean motion of an element set holds the share of J2 in the mean anomaly already (Kozai).
  const anomaly = omm.MEAN_ANOMALY + 360 * (revs * days + omm.MEAN_MOTION_DOT * days ** 2)
  return {
    ...omm,
    EPOCH: new Date(epochMs).toISOString().replace('Z', '000'),
    MEAN_ANOMALY: rounded(turned(anomaly + off * normal(random))),
    RA_OF_ASC_NODE: rounded(turned(omm.RA_OF_ASC_NODE - k * cosI * days)),
    ARG_OF_PERICENTER: rounded(turned(omm.ARG_OF_PERICENTER + k * (2 - 2.5 * (1 - cosI ** 2)) * days)),
    MEAN_MOTION: rounded(revs + 2 * omm.MEAN_MOTION_DOT * days),
  }
}
