/**
 * Made-up facts for the tests of planning: an orbit, a mount, a plan, a receipt.
 * @module
 */
import { sha256 } from '../../../core/crypto/secrets.js'
import type { UserActor } from '../../../core/http/actor.js'
import type { Contact } from '../../../shared/api/contacts.js'
import type { Mount, Omm, Plan, Receipt } from '../../../shared/messages.js'
import { canonicalOmm } from '../../../shared/orbit/canonical.js'
import { iso, MINUTE, SECOND } from '../../../shared/time.js'

/** When every test begins. */
export const T0 = Date.parse('2026-05-08T00:00:00.000Z')
export const SITE = { lat: 48.1, lon: 11.6, altM: 520 }
export const MOUNT: Mount = {
  azMin: 0,
  azMax: 450,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 6,
  beamwidth: 20,
  parkAz: 0,
  parkEl: 90,
  keepOut: [{ azFrom: 170, azTo: 190, elBelow: 30 }],
}

/** A circular orbit of 500 km over the poles; the numbers can be changed. */
export const orbit = (id: number, epochMs: number, more: Partial<Omm> = {}): Omm => ({
  OBJECT_NAME: `SAT-${id}`,
  OBJECT_ID: '2020-001A',
  EPOCH: new Date(epochMs).toISOString().replace('Z', '000'),
  MEAN_MOTION: 15.2,
  ECCENTRICITY: 0.001,
  INCLINATION: 97.5,
  RA_OF_ASC_NODE: 130,
  ARG_OF_PERICENTER: 90,
  MEAN_ANOMALY: 270,
  EPHEMERIS_TYPE: 0,
  CLASSIFICATION_TYPE: 'U',
  NORAD_CAT_ID: id,
  ELEMENT_SET_NO: 999,
  REV_AT_EPOCH: 1000,
  BSTAR: 0.0001,
  MEAN_MOTION_DOT: 0.00001,
  MEAN_MOTION_DDOT: 0,
  ...more,
})

export const hashOf = (omm: Omm): string => sha256(canonicalOmm(omm)).toString('hex')

/** A plan that fits a contact: straight east to west at 45 degrees. */
export function planFor(contact: Contact, omm: Omm, more: Partial<Plan> = {}): Plan {
  const dtMs = 60 * SECOND
  const count = Math.ceil((Date.parse(contact.los) - Date.parse(contact.aos)) / dtMs) + 1
  const samples = Array.from({ length: count }, (_, i) => i)
  return {
    contactId: contact.id,
    satelliteId: contact.satelliteId,
    satelliteName: contact.satelliteName,
    omm,
    elementsHash: contact.elementsHash,
    aos: contact.aos,
    tca: contact.tca,
    los: contact.los,
    branch: { turns: 0, flip: false },
    t0: contact.aos,
    dtMs,
    az: samples.map((i) => 90 + i),
    el: samples.map(() => 45),
    rangeRate: samples.map((i) => i - 5),
    prepassAz: 90,
    prepassEl: 45,
    prepassAt: iso(Date.parse(contact.aos) - MINUTE),
    onEnd: 'stop',
    ...more,
  }
}

/** A receipt of a good pass that has just ended. */
export function receiptFor(contactId: string, now: number, more: Partial<Receipt> = {}): Receipt {
  return {
    contactId,
    seq: 1,
    hash: 'a'.repeat(64),
    outcome: 'completed',
    code: null,
    startedAt: iso(now - 10 * MINUTE),
    endedAt: iso(now),
    onTargetS: 590,
    trackedS: 600,
    rmsErrDeg: 0.5,
    maxErrDeg: 1.5,
    autonomyS: 0,
    samples: [[0, 10, 10, 10.1, 10]],
    ...more,
  }
}

/** Somebody who is signed in; services do not ask what they may. */
export const person = (id: string): UserActor => ({
  kind: 'user',
  id,
  email: `${id}@example.org`,
  name: null,
  credential: 'session',
  sessionId: null,
  sessionEndsAt: null,
  idleEndsAt: null,
  tokenId: null,
  commandLineId: null,
  proof: null,
  hasPasskey: false,
  memberships: [],
  permissionsIn: () => new Set(),
})

/** The body that makes a campaign. */
/** What a plan that follows its pass does on a simulated mount. */
export const DRY_RUN = {
  ...{ onTargetS: 600, onTarget: 1, rmsErrDeg: 0.1, maxErrDeg: 0.3, starts: 40, tableErrDeg: 0.01 },
}

export const campaignBody = (satellites: string[], more: { stations?: string[]; name?: string } = {}) => ({
  name: 'Weather',
  priority: 5,
  satellites,
  stations: [],
  minDurationS: 60,
  minMaxElevation: 0,
  allowStale: false,
  enabled: true,
  ...{ downlinkHz: null, uplinkHz: null, polarisation: null, prepassS: 0, postpassS: 0 },
  ...{
    minPerDay: 0,
    maxPerDay: null,
    quotaPer: 'campaign' as const,
    minGapS: 0,
    simultaneous: null,
    partial: false,
  },
  ...more,
})
