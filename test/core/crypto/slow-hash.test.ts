import t from 'tap'
import { SlowHash } from '../../../core/crypto/slow-hash.js'

t.test('A40: Argon2id with 19 MiB and two passes; right and wrong', async (t) => {
  const slow = new SlowHash()
  const hash = await slow.hash('secret')
  t.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.ok(await slow.verify(hash, 'secret'))
  t.notOk(await slow.verify(hash, 'Secret'))
  await t.rejects(slow.verify('no hash', 'secret'))
  t.ok(await slow.verify(hash, 'secret'), 'a failure gives its place back')
})

t.test('A40: two at a time, sixteen wait, the next is told to come back', async (t) => {
  const slow = new SlowHash()
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => slow.hash(`secret ${n}`)))
  const refused = results.filter((result) => result.status === 'rejected')
  t.equal(refused.length, 2)
  t.match(refused[0]?.reason, { code: 'unavailable', options: { retryAfterS: 1 } })
  t.ok(await slow.hash('afterwards there is room'))
})

t.test('A40, E10: a long list is hashed beside others, who wait for two of it and not for all', async (t) => {
  const slow = new SlowHash()
  const secrets = Array.from({ length: 24 }, (_, n) => `secret ${n}`)
  const order: string[] = []
  const list = slow.hashAll(secrets).then((hashes) => {
    order.push('list')
    return hashes
  })
  await t.rejects(
    slow.hashAll(secrets),
    { code: 'unavailable', options: { retryAfterS: 30 } },
    'one list at a time',
  )
  await slow.hash('of an agent')
  order.push('agent')
  const hashes = await list
  t.same(order, ['agent', 'list'])
  t.equal(hashes.length, secrets.length)
  for (const at of [0, 11, 23])
    t.ok(await slow.verify(hashes[at] ?? '', secrets[at] ?? ''), 'each in its place')
  t.same(await slow.hashAll([]), [], 'the next list may come')
})
