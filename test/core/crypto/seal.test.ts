import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { deriveKey, Sealer } from '../../../core/crypto/seal.js'

const sealer = new Sealer(randomBytes(32), randomBytes)
const PLACE = 'SigningKey:sealed:k1'

t.test('A38: what was sealed opens at its place, and nowhere else', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (plain) => {
      const sealed = sealer.seal(plain, PLACE)
      t.match(sealed, /^v2\.[0-9a-f]{8}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/)
      t.same(sealer.open(sealed, PLACE), Buffer.from(plain))
      t.throws(() => sealer.open(sealed, 'SigningKey:sealed:k2'), { code: 'master_key_wrong' })
    }),
    { numRuns: 50 },
  )
  t.end()
})

t.test('A38: one changed character, another key or another form does not open', (t) => {
  const sealed = sealer.seal(Buffer.from('secret'), PLACE)
  const bytes = (text: string) => {
    const [version, tag, ...parts] = text.split('.')
    return [version, tag, ...parts.map((part) => Buffer.from(part, 'base64url').toString('hex'))]
  }
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'B' ? 'C' : 'B') + sealed.slice(at + 1)
    // The last character of a part has bits that base64url does not use.
    if (bytes(changed).join() === bytes(sealed).join()) continue
    t.throws(() => sealer.open(changed, PLACE), { code: 'master_key_wrong' }, `character ${at}`)
  }
  t.throws(() => new Sealer(randomBytes(32), randomBytes).open(sealed, PLACE), { code: 'master_key_wrong' })
  for (const text of [
    '',
    'v1',
    'v2.AAAA.BBBB',
    'v3.0.AAAA.BBBB',
    'v2.00000000.AAAA.BBBB',
    `${sealed}.x`,
    'v1..',
    'v1.AAAAAAAAAAAAAAAA.AAAA',
  ])
    t.throws(() => sealer.open(text, PLACE), { code: 'master_key_wrong' }, text)
  t.end()
})

t.test(
  'A38, O17: while a key rotates both forms of both keys open, and only the newest needs no sealing anew',
  (t) => {
    const [former, key] = [randomBytes(32), randomBytes(32)]
    const old = new Sealer(former, randomBytes)
    const both = new Sealer(key, randomBytes, former)
    const v2 = old.seal(Buffer.from('secret'), PLACE)
    // As v1 wrote it: the same bytes, without the name of the key.
    const v1 = ['v1', ...v2.split('.').slice(2)].join('.')
    for (const text of [v1, v2]) {
      t.equal(both.open(text, PLACE).toString(), 'secret')
      t.notOk(both.isCurrent(text))
      t.throws(() => both.open(text, 'SigningKey:sealed:k2'), { code: 'master_key_wrong' })
      t.throws(() => new Sealer(key, randomBytes).open(text, PLACE), { code: 'master_key_wrong' })
    }
    const anew = both.seal(both.open(v1, PLACE), PLACE)
    t.ok(both.isCurrent(anew))
    t.equal(new Sealer(key, randomBytes).open(anew, PLACE).toString(), 'secret')
    t.throws(() => old.open(anew, PLACE), { code: 'master_key_wrong' })
    t.end()
  },
)

t.test('two seals of one secret differ, and keys of two purposes too', (t) => {
  t.not(sealer.seal(Buffer.from('x'), PLACE), sealer.seal(Buffer.from('x'), PLACE))
  const master = randomBytes(32)
  const keys = (['seal', 'check', 'user-code'] as const).map((purpose) =>
    Buffer.from(deriveKey(master, purpose)).toString('hex'),
  )
  t.equal(new Set(keys).size, 3)
  t.end()
})
