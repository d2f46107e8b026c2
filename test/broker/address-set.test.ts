import t from 'tap'
import { AddressSet } from '../../broker/address-set.js'

t.test('addresses and networks of both kinds', async (t) => {
  const set = AddressSet.parse('10.0.0.0/8, 2001:db8::/32,127.0.0.2')
  if (typeof set === 'string') return t.fail(set)
  for (const inside of ['10.1.2.3', '2001:db8:1::1', '127.0.0.2', '::ffff:10.1.2.3'])
    t.ok(set.has(inside), inside)
  for (const outside of ['11.0.0.1', '127.0.0.1', '2001:db9::1', '::1', 'unknown', ''])
    t.notOk(set.has(outside), outside)
})

t.test('what is wrong is said, and nobody may trust everybody', async (t) => {
  for (const bad of [
    '',
    ',',
    'balancer.local',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '::/129',
    '0.0.0.0/0',
    '10.0.0.0/08',
    '1.2.3',
  ])
    t.type(AddressSet.parse(bad), 'string', bad)
})
