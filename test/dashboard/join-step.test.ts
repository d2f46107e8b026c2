import t from 'tap'
import { type JoinFacts, joinStep, mayChange } from '../../core/dashboard/logic/join-step.js'
import { at, NOON } from './samples.js'

const token = (state: JoinFacts['token']['state'], expiresAt = at(60_000)) => ({ state, expiresAt })
const step = (state: JoinFacts['token']['state'], station: JoinFacts['station'] = null) =>
  joinStep({ token: token(state), station }, NOON)

t.test('E12: from a link that waits to a station that is up', async (t) => {
  t.equal(step('active'), 'waiting')
  t.equal(step('consumed'), 'joined', 'its record is on its way')
  t.equal(step('consumed', { status: 'pending', isOnline: false }), 'asks')
  t.equal(step('consumed', { status: 'approved', isOnline: false }), 'joined')
  t.equal(step('consumed', { status: 'approved', isOnline: true }), 'up')
})

t.test('E15: a station that is pending is not up, whatever the bus says', async (t) => {
  t.equal(step('consumed', { status: 'pending', isOnline: true }), 'asks')
})

t.test('W6: every end has its name, and only what is under way is asked again', async (t) => {
  t.equal(step('expired'), 'expired')
  t.equal(step('revoked'), 'revoked')
  t.equal(step('consumed', { status: 'rejected', isOnline: false }), 'rejected')
  t.equal(step('consumed', { status: 'revoked', isOnline: true }), 'revoked')
  t.equal(joinStep({ token: token('active', at(0)), station: null }, NOON), 'expired', 'by the clock alone')
  const steps = ['waiting', 'asks', 'joined', 'up', 'rejected', 'expired', 'revoked'] as const
  t.same(steps.filter(mayChange), ['waiting', 'asks', 'joined'])
})
