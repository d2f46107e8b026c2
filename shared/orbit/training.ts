/**
 * A constellation for training and for demonstrations without a network: orbits worked out so that given sites have
 * good passes soon. The satellites do not exist; their passes are computed like any other.
 * @module
 */
import { DEG, wrap360 } from '../angles.js'
import { TalosError } from '../errors.js'
import type { Omm, Site } from '../messages.js'
import { iso, MINUTE, SECOND } from '../time.js'
import { MU } from './axis.js'
import { earthFixed, siderealAngle } from './earth.js'
import { normalEpoch } from './epoch.js'
import { findPasses, type Pass } from './passes.js'
import { satelliteFrom } from './propagate.js'

export const TRAINING_FIRST_ID = 999_999_001
/** At this elevation (degrees) a training pass counts as begun. */
export const TRAINING_AOS_ELEVATION = 10

const SMALLEST_FLEET = 6
/** However many sites there are, so many satellites come after the first pass of each. */
const FEWEST_FURTHER = 2
const FURTHER_EVERY_S = 30 * 60
const ALTITUDES_KM = [550, 620, 500, 700, 580, 760] as const
/** High enough to see well, low enough for any mount to follow; degrees. */
const MAX_ELEVATIONS = [55, 45, 65] as const
const EARTH_KM = 6378.135
/** As sun-synchronous orbits have it; steeper sites get a polar orbit. Degrees. */
const INCLINATION = 97.7
const STEEPEST_LATITUDE = 80

/** What is asked of one satellite. */
interface Overflight {
  readonly site: Site
  /** When it rises over TRAINING_AOS_ELEVATION, epoch ms. */
  readonly aos: number
  readonly maxEl: number
  readonly radiusKm: number
  readonly northbound: boolean
}

/** What is turned until the satellite does as asked. */
interface Approach {
  /** When it is nearest to the site, epoch ms. */
  readonly tca: number
  /** How far its track passes by, as an angle (rad) at the centre of the Earth. */
  readonly away: number
}

type Orbit = Pick<Omm, 'MEAN_MOTION' | 'INCLINATION' | 'RA_OF_ASC_NODE' | 'MEAN_ANOMALY'>

const training = (index: number, nowMs: number, orbit: Orbit): Omm => ({
  OBJECT_NAME: `TRAINING-${index + 1}`,
  OBJECT_ID: 'TRAINING',
  EPOCH: normalEpoch(iso(nowMs)),
  ...orbit,
  ECCENTRICITY: 0.0001,
  ARG_OF_PERICENTER: 0,
  EPHEMERIS_TYPE: 0,
  CLASSIFICATION_TYPE: 'U',
  NORAD_CAT_ID: TRAINING_FIRST_ID + index,
  ELEMENT_SET_NO: 1,
  REV_AT_EPOCH: 0,
  BSTAR: 0,
  MEAN_MOTION_DOT: 0,
  MEAN_MOTION_DDOT: 0,
})

/** rad/s */
const angularRate = (radiusKm: number) => Math.sqrt(MU / radiusKm ** 3)
const revolutionsADay = (radiusKm: number) => (angularRate(radiusKm) * 86_400) / (2 * Math.PI)

/** The angle (rad) at the centre of the Earth between a site and a satellite that it sees at an elevation (degrees). */
const angleAway = (radiusKm: number, el: number) =>
  Math.acos((EARTH_KM / radiusKm) * Math.cos(el * DEG)) - el * DEG

/**
 * The circular orbit that at `tca` passes the site at the angle `away`. With n the unit normal of the orbit and s the
 * direction of the site, n.s = sin(away) and n.z = cos(inclination) leave two planes, one northbound, one southbound.
 */
function orbitBy({ site, radiusKm, northbound }: Overflight, { tca, away }: Approach, nowMs: number): Orbit {
  const place = earthFixed(site)
  const length = Math.hypot(place.x, place.y, place.z)
  const sinLat = place.z / length
  const cosLat = Math.hypot(place.x, place.y) / length
  const rightAscension = Math.atan2(place.y, place.x) + siderealAngle(tca)
  const cosI = Math.abs(site.lat) > STEEPEST_LATITUDE ? Math.sin(away) : Math.cos(INCLINATION * DEG)
  const sinI = Math.sqrt(1 - cosI * cosI)
  // The side of the track on which the site lies is the one that the orbit reaches more easily.
  const side = cosI * sinLat < 0 ? -1 : 1
  const sine = (side * Math.sin(away) - cosI * sinLat) / (sinI * Math.max(cosLat, Number.EPSILON))
  const east = Math.asin(Math.max(-1, Math.min(1, sine)))
  const node = rightAscension + (northbound ? east : Math.PI - east)
  // Along the orbit from the ascending node to the point nearest to the site.
  const fromNode = node - rightAscension
  const latitudeArgument = Math.atan2(
    sinI * sinLat - cosI * cosLat * Math.sin(fromNode),
    cosLat * Math.cos(fromNode),
  )
  const flown = (angularRate(radiusKm) * (tca - nowMs)) / SECOND
  return {
    MEAN_MOTION: revolutionsADay(radiusKm),
    INCLINATION: Math.acos(cosI) / DEG,
    RA_OF_ASC_NODE: wrap360(node / DEG),
    MEAN_ANOMALY: wrap360((latitudeArgument - flown) / DEG),
  }
}

/** The pass nearest to a moment, as SGP4 has it. */
function passNear(omm: Omm, site: Site, ms: number): Pass | undefined {
  const passes = findPasses(satelliteFrom(omm), site, ms - 20 * MINUTE, ms + 20 * MINUTE, {
    minElevation: TRAINING_AOS_ELEVATION,
  })
  return passes.sort((a, b) => Math.abs(a.tca - ms) - Math.abs(b.tca - ms))[0]
}

/** First by spherical geometry, then corrected by what SGP4 says of it, which knows the flattening and the drift. */
function design(index: number, nowMs: number, asked: Overflight): Omm {
  const { site, aos, maxEl, radiusKm } = asked
  let away = angleAway(radiusKm, maxEl)
  const rise = angleAway(radiusKm, TRAINING_AOS_ELEVATION)
  let tca = aos + (Math.acos(Math.cos(rise) / Math.cos(away)) / angularRate(radiusKm)) * SECOND
  for (let round = 0; round < 20; round++) {
    const omm = training(index, nowMs, orbitBy(asked, { tca, away }, nowMs))
    const pass = passNear(omm, site, tca)
    if (pass === undefined) break
    if (Math.abs(pass.aos - aos) < 100 && Math.abs(pass.maxEl - maxEl) < 0.1) return omm
    tca += aos - pass.aos
    away += angleAway(radiusKm, maxEl) - angleAway(radiusKm, pass.maxEl)
  }
  throw new TalosError(
    'internal',
    `No training orbit passes ${site.lat}, ${site.lon} at ${iso(aos)}; choose another offset.`,
  )
}

/**
 * Element sets of the training constellation, epoch `nowMs`. Each site has one satellite designed for it, the n-th for
 * the n-th: a pass with 45 to 65 degrees of elevation that rises over 10 degrees `offsetS` seconds after `nowMs`.
 * Further satellites pass the sites in turn, one every half hour, so that there are at least six in all. Without sites
 * six are spread evenly. Work it out once and keep it: another `nowMs` makes other orbits.
 */
export function trainingElements(nowMs: number, sites: readonly Site[] = [], offsetS = 120): Omm[] {
  const count = Math.max(SMALLEST_FLEET, sites.length === 0 ? 0 : sites.length + FEWEST_FURTHER)
  return Array.from({ length: count }, (_, index) => {
    const radiusKm = EARTH_KM + (ALTITUDES_KM[index % ALTITUDES_KM.length] ?? ALTITUDES_KM[0])
    const site = sites[index % sites.length]
    if (site === undefined) {
      const even = (index * 360) / count
      return training(index, nowMs, {
        MEAN_MOTION: revolutionsADay(radiusKm),
        INCLINATION,
        RA_OF_ASC_NODE: even,
        MEAN_ANOMALY: even,
      })
    }
    const later = Math.max(0, index - sites.length + 1) * FURTHER_EVERY_S
    return design(index, nowMs, {
      site,
      aos: nowMs + (offsetS + later) * SECOND,
      maxEl: MAX_ELEVATIONS[index % MAX_ELEVATIONS.length] ?? MAX_ELEVATIONS[0],
      radiusKm,
      northbound: index % 2 === 0,
    })
  })
}
