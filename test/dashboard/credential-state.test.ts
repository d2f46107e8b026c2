import t from 'tap'
import {
  certificateBadge,
  currentOf,
  isRotating,
  keyBadge,
  wasUsed,
} from '../../core/dashboard/logic/credential-state.js'
import type { StationCertificateItem } from '../../shared/api/certificates.js'
import type { StationKeyItem } from '../../shared/api/station-keys.js'
import { DAY } from '../../shared/time.js'
import { at, NOON } from './samples.js'

const key = (change: Partial<StationKeyItem> = {}): StationKeyItem => ({
  keyId: 'a'.repeat(16),
  createdAt: at(-12 * DAY),
  lastUsedAt: at(-1000),
  provenAt: at(-12 * DAY),
  renewAt: at(60 * DAY),
  revokedAt: null,
  ...change,
})
const certificate = (change: Partial<StationCertificateItem> = {}): StationCertificateItem => ({
  serial: 'b'.repeat(32),
  notBefore: at(-DAY),
  notAfter: at(89 * DAY),
  createdAt: at(-DAY),
  lastUsedAt: at(-1000),
  provenAt: at(-DAY),
  revokedAt: null,
  ...change,
})

t.test('E20: while a new key waits for its first use the former is the one that counts', async (t) => {
  const keys = [key({ keyId: 'new', provenAt: null }), key({ keyId: 'old' })]
  t.equal(currentOf(keys)?.keyId, 'old')
  t.ok(isRotating(keys))
  t.equal(keyBadge(keys, NOON).label, 'Being replaced')
})

t.test('E30: a key tells its age, and that it is due', async (t) => {
  t.same(keyBadge([key()], NOON), { tone: 'good', label: '12 days old' })
  t.equal(keyBadge([key({ createdAt: at(-60_000) })], NOON).label, 'less than a day old')
  t.same(keyBadge([key({ renewAt: at(-1) })], NOON), {
    tone: 'warn',
    label: '12 days old, due to be replaced',
  })
  t.equal(keyBadge([key({ provenAt: null, lastUsedAt: null })], NOON).label, 'Not used yet')
  t.notOk(isRotating([key({ provenAt: null })]), 'the first one follows nothing')
})

t.test('what was revoked counts for nothing', async (t) => {
  t.equal(currentOf([key({ revokedAt: at(0) })]), null)
  t.equal(keyBadge([key({ revokedAt: at(0) })], NOON).label, 'None')
  t.notOk(isRotating([key({ provenAt: null }), key({ revokedAt: at(0) })]))
})

t.test('H14: a certificate tells its end, and warns when it should long have renewed itself', async (t) => {
  t.same(certificateBadge([], NOON), { tone: 'quiet', label: 'None' })
  t.same(certificateBadge([certificate()], NOON), { tone: 'good', label: 'Until 2027-02-19' })
  t.same(certificateBadge([certificate({ notAfter: at(5 * DAY + 1) })], NOON), {
    tone: 'warn',
    label: 'Ends in 5 days',
  })
  t.equal(certificateBadge([certificate({ notAfter: at(0) })], NOON).tone, 'bad')
  const renewed = [certificate({ serial: 'c'.repeat(32), provenAt: null }), certificate()]
  t.equal(certificateBadge(renewed, NOON).label, 'Being replaced')
})

t.test('E20: once a machine has connected, no other can become the station', async (t) => {
  t.notOk(wasUsed({ keys: [key({ provenAt: null })], certificates: [] }))
  t.ok(wasUsed({ keys: [key({ revokedAt: at(0) })], certificates: [] }), 'whatever became of its key')
  t.ok(wasUsed({ keys: [], certificates: [certificate()] }))
})
