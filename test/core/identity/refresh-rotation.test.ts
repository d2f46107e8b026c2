import fc from 'fast-check'
import t from 'tap'
import { newSecret } from '../../../core/crypto/secrets.js'
import { judgeRefresh, REUSE_GRACE_MS, successorOf } from '../../../core/identity/refresh-rotation.js'
import { formatSecret, parseSecret } from '../../../shared/secrets.js'

const NOW = 1_800_000_000_000
const key = Buffer.alloc(32, 7)

t.test(
  'A15: a fresh token is turned, an expired one refused, a used one repeated for 30 s and then stolen',
  (t) => {
    t.equal(judgeRefresh({ usedAt: null, expiresAt: NOW + 1 }, NOW), 'rotate')
    t.equal(judgeRefresh({ usedAt: null, expiresAt: NOW }, NOW), 'refuse')
    t.equal(judgeRefresh({ usedAt: NOW, expiresAt: NOW + 1 }, NOW), 'repeat')
    t.equal(judgeRefresh({ usedAt: NOW - REUSE_GRACE_MS, expiresAt: NOW + 1 }, NOW), 'repeat')
    t.equal(judgeRefresh({ usedAt: NOW - REUSE_GRACE_MS - 1, expiresAt: NOW + 1 }, NOW), 'reuse')
    t.end()
  },
)

t.test(
  'the successor is a token of its own, the same each time, and of its predecessor and our key alone',
  (t) => {
    const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n }).map((b) => Buffer.from(b))
    fc.assert(
      fc.property(bytes(8), bytes(32), (id, secret) => {
        const given = { prefix: 'gsr', id: id.toString('hex'), secret: secret.toString('base64url') } as const
        const next = successorOf(given, key)
        t.same(parseSecret(next.text, 'gsr'), { prefix: 'gsr', id: next.keyId, secret: next.secret })
        t.equal(successorOf(given, key).text, next.text)
        t.not(next.text, formatSecret(given))
        t.not(successorOf(given, Buffer.alloc(32, 8)).text, next.text, 'another key, another token')
      }),
      { numRuns: 50 },
    )
    const first = newSecret('gsr', (n) => Buffer.alloc(n, 1))
    const given = { prefix: 'gsr', id: first.keyId, secret: first.secret } as const
    t.not(successorOf({ ...given, id: '0000000000000000' }, key).secret, successorOf(given, key).secret)
    t.end()
  },
)
