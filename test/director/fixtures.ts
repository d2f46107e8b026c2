/** Small true-to-life records for tests of the director. */

import type { Campaign } from '../../shared/api/campaigns.js'
import type { Contact } from '../../shared/api/contacts.js'
import type { SatelliteRecord } from '../../shared/api/elements.js'
import type { Station } from '../../shared/api/fleet.js'
import type { Mount, Omm } from '../../shared/messages.js'
import { trainingElements } from '../../shared/orbit/training.js'
import { makeContact } from '../support/contact.js'
import { DUMMY_MOUNT } from '../support/mounts.js'

export const NOW = Date.parse('2026-11-22T12:00:00.000Z')
export const SITE = { lat: 52, lon: 4.4, altM: 10 }
export const HASH = 'a'.repeat(64)

export const mount = (over: Partial<Mount> = {}): Mount => ({ ...DUMMY_MOUNT, ...over })

export const station = (id: string, over: Partial<Station> = {}): Station => ({
  id,
  name: id,
  status: 'approved',
  site: SITE,
  minElevation: 10,
  mask: [],
  rf: [],
  mount: mount(),
  online: true,
  live: null,
  liveAt: null,
  capabilities: ['rotator'],
  agentVersion: null,
  hostname: null,
  platform: null,
  driver: null,
  address: null,
  enrollment: 'used',
  enrollmentExpiresAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  approvedAt: null,
  revokedAt: null,
  expiresAt: null,
  locked: null,
  control: null,
  maintenance: [],
  credential: 'either',
  fingerprint: null,
  ...over,
})

export const record = (omm: Omm): SatelliteRecord => ({
  id: String(omm.NORAD_CAT_ID),
  name: omm.OBJECT_NAME,
  source: 'training',
  epoch: '2026-11-22T12:00:00.000Z',
  ageDays: 0,
  age: 'fresh',
  elementsHash: HASH,
  omm,
  receivedAt: '2026-11-22T12:00:00.000Z',
})

export const campaign = (id: string, satellites: string[], over: Partial<Campaign> = {}): Campaign => ({
  id,
  name: id,
  priority: 5,
  satellites,
  stations: [],
  minDurationS: 60,
  minMaxElevation: 0,
  allowStale: false,
  enabled: true,
  downlinkHz: null,
  uplinkHz: null,
  polarisation: null,
  prepassS: 0,
  postpassS: 0,
  ...{ minPerDay: 0, maxPerDay: null, quotaPer: 'campaign', minGapS: 0, simultaneous: null, partial: false },
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'someone',
  ...over,
})

export const contact = (id: string, over: Partial<Contact> = {}): Contact => makeContact({ id, ...over })

/** Training satellites with a pass over SITE two minutes from NOW. */
export const elements = (): Omm[] => trainingElements(NOW, [SITE], 120)
