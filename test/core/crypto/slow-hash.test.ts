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
