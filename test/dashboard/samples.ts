/**
 * Records and messages with every field, for tests to vary.
 * @module
 */

import type { Contact } from '../../shared/api/contacts.js'
import type { Station } from '../../shared/api/fleet.js'
import type { Mount, OnlineState, RotTelemetry } from '../../shared/messages.js'

export const ID = 'a'.repeat(32)
export const OTHER_ID = 'b'.repeat(32)
const HASH = 'c'.repeat(64)

/** 2026-11-22T12:00:00.000Z */
export const NOON = Date.UTC(2026, 10, 22, 12)
export const at = (ms: number): string => new Date(NOON + ms).toISOString()

export const mount = (change: Partial<Mount> = {}): Mount => ({
  azMin: -180,
  azMax: 450,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 3,
  beamwidth: 10,
  parkAz: 0,
  parkEl: 90,
  keepOut: [],
  ...change,
})

export const station = (change: Partial<Station> = {}): Station => ({
  id: ID,
  name: 'Athens',
  status: 'approved',
  site: { lat: 38, lon: 23.7, altM: 150 },
  minElevation: 10,
  mask: [],
  rf: [],
  mount: mount(),
  online: true,
  live: null,
  liveAt: null,
  capabilities: ['rotator'],
  agentVersion: '0.1.0',
  hostname: null,
  platform: null,
  driver: 'simulated',
  address: null,
  enrollment: 'used',
  enrollmentExpiresAt: null,
  createdAt: at(-86_400_000),
  approvedAt: at(-86_400_000),
  revokedAt: null,
  expiresAt: null,
  locked: null,
  control: null,
  maintenance: [],
  credential: 'either',
  fingerprint: null,
  ...change,
})

export const onlineState = (change: Partial<OnlineState> = {}): OnlineState => ({
  ts: at(0),
  bootId: OTHER_ID,
  seq: 1,
  link: 'online',
  state: 'idle',
  code: null,
  plans: [],
  ...change,
})

export const rot = (change: Partial<RotTelemetry> = {}): RotTelemetry => ({
  ts: at(0),
  seq: 1,
  cmdAz: 100,
  cmdEl: 40,
  az: 99.9,
  el: 40.1,
  errDeg: 0.14,
  turns: 0,
  state: 'on_target',
  rprt: 0,
  ...change,
})

export const contact = (change: Partial<Contact> = {}): Contact => ({
  id: OTHER_ID,
  org: 'home',
  stationId: ID,
  stationName: 'Athens',
  satelliteId: '25544',
  satelliteName: 'ISS (ZARYA)',
  campaignId: null,
  priority: 5,
  state: 'uploaded',
  cause: 'booked by the schedule',
  actor: 'svc_director',
  aos: at(600_000),
  tca: at(900_000),
  los: at(1_200_000),
  aosAz: 200,
  losAz: 40,
  maxEl: 60,
  elementsHash: HASH,
  elementsEpoch: at(-3_600_000),
  downlinkHz: null,
  uplinkHz: null,
  prepassS: 0,
  postpassS: 0,
  dryRun: null,
  fixedBy: null,
  worth: 3000,
  planSeq: 1,
  planHash: HASH,
  receiptAt: null,
  onTargetS: null,
  rmsErrDeg: null,
  maxErrDeg: null,
  createdAt: at(-60_000),
  updatedAt: at(-60_000),
  ...change,
})
