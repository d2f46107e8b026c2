import t from 'tap'
import { termsOf } from '../../../core/fleet/token-terms.js'
import { HOUR, MINUTE } from '../../../shared/time.js'

const settings = { ttlMinutes: 15, maxTtlMinutes: 60, isMultiUse: true, hourlyLimit: 10 }
const refused = (pointer: string) => ({ code: 'invalid_request', options: { errors: [{ pointer }] } })

t.test('E3: a token lives as long as the server says, and at most so long', async (t) => {
  t.equal(termsOf({}, settings).lifetimeMs, 15 * MINUTE)
  t.equal(termsOf({ ttlMinutes: 60 }, settings).lifetimeMs, HOUR)
  t.throws(() => termsOf({ ttlMinutes: 61 }, settings), refused('/ttlMinutes'))
})

t.test('E2, E31: one station a token; several only where the server allows it, each approved', async (t) => {
  t.match(termsOf({}, settings), { maxUses: 1, preApproved: true })
  t.match(termsOf({ preApproved: false }, settings), { preApproved: false })
  t.match(termsOf({ maxUses: 3 }, settings), { maxUses: 3, preApproved: false })
  t.throws(() => termsOf({ maxUses: 2 }, { ...settings, isMultiUse: false }), refused('/maxUses'))
  t.throws(() => termsOf({ maxUses: 2, preApproved: true }, settings), refused('/preApproved'))
  t.throws(() => termsOf({ maxUses: 2, stationId: 'station-1' }, settings), refused('/maxUses'))
})
