import t from 'tap'
import { refusalOf } from '../../../core/fleet/station-standing.js'

const NOW = 1_000_000
const good = { status: 'approved', lockedAt: null, lockReason: null, expiresAt: null }

t.test('only an approved station that is not locked and not expired may do anything', (t) => {
  t.equal(refusalOf(good, NOW), null)
  t.equal(refusalOf({ ...good, expiresAt: new Date(NOW + 1) }, NOW), null)
  const locked = { ...good, lockedAt: new Date(0), lockReason: 'new bearing' }
  t.match(refusalOf(locked, NOW), { code: 'station_locked', detail: /new bearing/ })
  for (const status of ['pending', 'rejected', 'revoked'])
    t.match(refusalOf({ ...good, status }, NOW), { code: 'principal_revoked', detail: new RegExp(status) })
  t.match(refusalOf({ ...good, expiresAt: new Date(NOW) }, NOW), {
    code: 'principal_revoked',
    detail: /expired/,
  })
  t.match(refusalOf({ ...locked, status: 'revoked' }, NOW), { code: 'principal_revoked' }, 'the worse one')
  t.end()
})
