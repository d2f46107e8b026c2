import t from 'tap'
import {
  apiTokenBadge,
  enrollmentBadge,
  timeLeft,
  tokenBadge,
} from '../../core/dashboard/logic/token-badge.js'
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/time.js'
import { at, NOON } from './samples.js'

t.test('what is left is one number with its unit', async (t) => {
  for (const [ms, text] of [
    [-5, '0 s left'],
    [400, '1 s left'],
    [42 * SECOND, '42 s left'],
    [12 * MINUTE + 59 * SECOND, '12 min left'],
    [119 * MINUTE, '119 min left'],
    [3 * HOUR, '3 h left'],
    [47 * HOUR, '47 h left'],
    [7 * DAY - 1, '6 days left'],
  ] as const)
    t.equal(timeLeft(ms), text)
})

t.test('E9: a token is active with what it has left, used, expired or revoked', async (t) => {
  const token = (state: 'active' | 'consumed' | 'expired' | 'revoked') => ({
    state,
    expiresAt: at(12 * MINUTE),
  })
  t.same(tokenBadge(token('active'), NOON), { tone: 'busy', label: 'Active, 12 min left' })
  t.equal(tokenBadge(token('consumed'), NOON).label, 'Used')
  t.equal(tokenBadge(token('expired'), NOON).label, 'Expired')
  t.equal(tokenBadge(token('revoked'), NOON).label, 'Revoked')
})

t.test('E9: it expires on the screen at its very moment, whatever core said last', async (t) => {
  const token = { state: 'active' as const, expiresAt: at(0) }
  t.equal(tokenBadge(token, NOON - 1).label, 'Active, 1 s left')
  t.equal(tokenBadge(token, NOON).label, 'Expired')
})

t.test('E9: the badge of a station; none where it never had a link', async (t) => {
  const badge = (enrollment: 'active' | 'used' | 'expired' | 'none', end: string | null = null) =>
    enrollmentBadge({ enrollment, enrollmentExpiresAt: end }, NOON)
  t.equal(badge('none'), null)
  t.equal(badge('active', at(3 * MINUTE))?.label, 'Active, 3 min left')
  t.equal(badge('active', at(-1))?.label, 'Expired')
  t.equal(badge('used')?.label, 'Used')
  t.equal(badge('expired')?.label, 'Expired')
})

t.test('A20: an API token that was revoked is not called expired, and the other way round', async (t) => {
  const token = { expiresAt: at(3 * DAY), revokedAt: null }
  t.same(apiTokenBadge(token, NOON), { tone: 'good', label: '3 days left' })
  t.equal(apiTokenBadge({ ...token, revokedAt: at(0) }, NOON).label, 'Revoked')
  t.equal(apiTokenBadge(token, NOON + 3 * DAY).label, 'Expired')
})
