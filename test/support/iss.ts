/** Elements of the International Space Station, as a catalogue would have them at `ISS_EPOCH_MS`. */
import type { Omm } from '../../shared/messages.js'

export const ISS_EPOCH_MS = Date.UTC(2026, 4, 7, 12)

export const ISS: Omm = {
  OBJECT_NAME: 'ISS (ZARYA)',
  OBJECT_ID: '1998-067A',
  EPOCH: '2026-05-07T12:00:00.000000',
  MEAN_MOTION: 15.49,
  ECCENTRICITY: 0.0005,
  INCLINATION: 51.64,
  RA_OF_ASC_NODE: 120,
  ARG_OF_PERICENTER: 80,
  MEAN_ANOMALY: 280,
  EPHEMERIS_TYPE: 0,
  CLASSIFICATION_TYPE: 'U',
  NORAD_CAT_ID: 25544,
  ELEMENT_SET_NO: 999,
  REV_AT_EPOCH: 50000,
  BSTAR: 0.0002,
  MEAN_MOTION_DOT: 0.0001,
  MEAN_MOTION_DDOT: 0,
}
