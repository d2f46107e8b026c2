import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { newId } from '../../../core/crypto/ids.js'
import { newSecret, newToken, secretMatches, sha256 } from '../../../core/crypto/secrets.js'
import { ID_PATTERN } from '../../../shared/principal.js'
import { parseSecret, SECRET_PREFIXES } from '../../../shared/secrets.js'

t.test('a secret reads back by its prefix, and matches its hash alone', (t) => {
  for (const prefix of SECRET_PREFIXES) {
    const { keyId, secret, hash, text } = newSecret(prefix, randomBytes)
    t.same(parseSecret(text, prefix), { prefix, id: keyId, secret })
    for (const other of SECRET_PREFIXES) if (other !== prefix) t.equal(parseSecret(text, other), null, 'B17')
    t.ok(secretMatches(secret, hash))
    t.notOk(secretMatches(`${secret}x`, hash))
    t.notOk(secretMatches(secret, newSecret(prefix, randomBytes).hash))
    t.notOk(hash.toString('base64url').includes(secret))
  }
  t.end()
})

t.test('B16: without a row nothing matches, not even the empty secret', (t) => {
  fc.assert(fc.property(fc.string(), (text) => t.notOk(secretMatches(text, null))))
  t.notOk(secretMatches('', null))
  t.notOk(secretMatches('', Buffer.alloc(0)))
  t.notOk(secretMatches('x', sha256('x').subarray(0, 16)), 'a hash that was cut')
  t.end()
})

t.test('B13: ids are version 4 UUIDs of 122 random bits and fit everywhere', (t) => {
  const ids = Array.from({ length: 200 }, () => newId(randomBytes))
  t.equal(new Set(ids).size, 200)
  for (const id of ids) {
    t.match(id, ID_PATTERN)
    t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
  t.match(newToken(randomBytes), /^[A-Za-z0-9_-]{43}$/)
  t.end()
})
