import t from 'tap'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { type Attempt, addressBlock, Lockout } from '../../broker/lockout.js'
import { MINUTE } from '../../shared/time.js'
import { FakeClock } from '../support/broker.js'

const limits = { ...DEFAULT_LIMITS, failures: 3, failuresPerAddress: 6 }
/** A balancer. */
const SHARED = '192.0.2.99'
const attempt = (name: string, password = 'wrong', remoteAddress = '192.0.2.1'): Attempt => ({
  ...{ remoteAddress, password, username: name, clientId: name },
})
function world() {
  const clock = new FakeClock()
  return { clock, lockout: new Lockout(limits, clock, (address) => address === SHARED) }
}
const fail = (lockout: Lockout, a: Attempt, times: number) => {
  for (let i = 0; i < times; i++) lockout.failed(a)
}

t.test('B21: so many failures lock a name out, for a while', async (t) => {
  const { clock, lockout } = world()
  fail(lockout, attempt('a'), 2)
  t.ok(lockout.allows(attempt('a')))
  lockout.failed(attempt('a'))
  t.notOk(lockout.allows(attempt('a')))
  t.notOk(lockout.allows(attempt('a', 'right')), 'nobody asks the database')
  clock.ms += limits.lockoutMs + 1
  t.ok(lockout.allows(attempt('a')))
})

t.test('a station with a stale key does not lock out its neighbours behind the same NAT', async (t) => {
  const { lockout } = world()
  fail(lockout, attempt('a'), 3)
  t.ok(lockout.allows(attempt('b')))
})

t.test('all names of one address have a bound too, so trying other names does not help', async (t) => {
  const { lockout } = world()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) lockout.failed(attempt(name))
  t.notOk(lockout.allows(attempt('g')))
  t.ok(lockout.allows(attempt('g', 'wrong', '192.0.2.2')), 'another address')
})

t.test('an address that stands for many is not locked out, its names are', async (t) => {
  const { lockout } = world()
  for (let i = 0; i < 20; i++) lockout.failed(attempt(`n${i}`, 'wrong', SHARED))
  t.ok(lockout.allows(attempt('g', 'wrong', SHARED)))
  fail(lockout, attempt('a', 'wrong', SHARED), 3)
  t.notOk(lockout.allows(attempt('a', 'wrong', SHARED)))
})

t.test('credentials that were good before pass any lock-out', async (t) => {
  const { lockout } = world()
  lockout.succeeded(attempt('a', 'right'))
  fail(lockout, attempt('a'), 3)
  t.notOk(lockout.allows(attempt('a')))
  t.ok(lockout.allows(attempt('a', 'right')))
})

t.test(
  'a name that was let in before passes the lock-out of its address, with new credentials too',
  async (t) => {
    const { lockout } = world()
    lockout.succeeded(attempt('a', 'ticket-1'))
    for (const name of ['b', 'c', 'd', 'e', 'f', 'g']) lockout.failed(attempt(name))
    t.ok(lockout.allows(attempt('a', 'ticket-2')))
    t.notOk(lockout.allows(attempt('h', 'ticket-2')))
  },
)

t.test('good credentials that fail later, being revoked, lose their privilege', async (t) => {
  const { lockout } = world()
  lockout.succeeded(attempt('a', 'right'))
  fail(lockout, attempt('a', 'right'), 3)
  t.notOk(lockout.allows(attempt('a', 'right')))
})

t.test('A46: attempts during a lock-out do not extend it, and old failures are forgotten', async (t) => {
  const { clock, lockout } = world()
  fail(lockout, attempt('a'), 2)
  clock.ms += limits.failureWindowMs + 1
  fail(lockout, attempt('a'), 2)
  t.ok(lockout.allows(attempt('a')), 'two and two in different windows')
  lockout.failed(attempt('a'))
  for (let i = 0; i < 4; i++) {
    clock.ms += MINUTE
    t.notOk(lockout.allows(attempt('a')))
  }
  clock.ms += MINUTE + 1
  t.ok(lockout.allows(attempt('a')))
})

t.test('a success forgives the failures before it', async (t) => {
  const { lockout } = world()
  fail(lockout, attempt('a'), 2)
  lockout.succeeded(attempt('a', 'right'))
  fail(lockout, attempt('a'), 2)
  t.ok(lockout.allows(attempt('a')))
})

t.test('tickets share a user name: one bad session does not lock out an office', async (t) => {
  const { lockout } = world()
  const session = (n: number, tab = 1): Attempt => ({
    ...attempt('ticket'),
    clientId: `user:session-${n}:${tab}`,
  })
  for (const tab of [1, 2, 3]) lockout.failed(session(1, tab))
  t.notOk(lockout.allows(session(1, 4)), 'a new tab is the same session')
  t.ok(lockout.allows(session(2)))
})

t.test('one customer of IPv6 is one address', async (t) => {
  t.equal(addressBlock('192.0.2.1'), '192.0.2.1')
  t.equal(addressBlock('::ffff:192.0.2.1'), '192.0.2.1')
  t.equal(addressBlock('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  t.equal(addressBlock('2001:0db8:1:2::9'), '2001:db8:1:2::/64')
  t.equal(addressBlock('2001:db8::9'), '2001:db8:0:0::/64')
  t.equal(addressBlock('::1'), '0:0:0:0::/64')
  t.equal(addressBlock('fe80::1%eth0'), 'fe80:0:0:0::/64')
  t.equal(addressBlock('unknown'), 'unknown')
})
