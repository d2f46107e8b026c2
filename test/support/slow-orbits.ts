/** Satellites that stay in sight for hours, or for ever. They do not exist. */
import { DEG, wrap360 } from '../../shared/angles.js'
import type { Omm } from '../../shared/messages.js'
import { siderealAngle } from '../../shared/orbit/earth.js'
import { normalEpoch } from '../../shared/orbit/epoch.js'
import { iso } from '../../shared/time.js'

const COMMON = {
  ...{ EPHEMERIS_TYPE: 0, CLASSIFICATION_TYPE: 'U', ELEMENT_SET_NO: 1, REV_AT_EPOCH: 0 },
  ...{ BSTAR: 0, MEAN_MOTION_DOT: 0, MEAN_MOTION_DDOT: 0 },
} as const

/** Above an east longitude (degrees), a little inclined as real ones are. */
export const geostationary = (nowMs: number, lon: number, id = 999_998_001): Omm => ({
  ...{ OBJECT_NAME: `STATIONARY-${lon}`, OBJECT_ID: 'TRAINING', EPOCH: normalEpoch(iso(nowMs)) },
  ...{ MEAN_MOTION: 1.00273791, ECCENTRICITY: 0.0002, INCLINATION: 0.05, NORAD_CAT_ID: id },
  ...{ RA_OF_ASC_NODE: wrap360(lon + siderealAngle(nowMs) / DEG), ARG_OF_PERICENTER: 0, MEAN_ANOMALY: 0 },
  ...COMMON,
})

/** Two revolutions a day, its apogee above the north for hours. */
export const molniya = (nowMs: number, id = 999_998_101): Omm => ({
  ...{ OBJECT_NAME: 'SLOW', OBJECT_ID: 'TRAINING', EPOCH: normalEpoch(iso(nowMs)) },
  ...{ MEAN_MOTION: 2.00612, ECCENTRICITY: 0.72, INCLINATION: 63.4, NORAD_CAT_ID: id },
  ...{ RA_OF_ASC_NODE: wrap360(siderealAngle(nowMs) / DEG), ARG_OF_PERICENTER: 270, MEAN_ANOMALY: 10 },
  ...COMMON,
})
