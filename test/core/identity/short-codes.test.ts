import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { displayCode, ShortCodes } from '../../../core/identity/short-codes.js'
import { shortCodeSchema } from '../../../shared/api/sign-in.js'

const codes = new ShortCodes(randomBytes(32))

t.test('a code is eight letters, the same for the same secret, and is read as it is shown', (t) => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (secret) => {
      const code = codes.codeOf(secret)
      return (
        codes.codeOf(secret) === code &&
        shortCodeSchema.parse(displayCode(code)) === code &&
        shortCodeSchema.parse(` ${code.toLowerCase()} `) === code
      )
    }),
  )
  t.not(new ShortCodes(randomBytes(32)).codeOf('x'), codes.codeOf('x'), 'and another under another key')
  t.end()
})

t.test('A7: every letter is as likely as another', (t) => {
  const counts = new Map<string, number>()
  const rounds = 2000
  for (let n = 0; n < rounds; n++)
    for (const letter of codes.codeOf(`secret ${n}`)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  t.equal(counts.size, 20)
  const mean = (rounds * 8) / 20
  // Six standard deviations of a binomial with p = 1/20.
  for (const [letter, count] of counts)
    t.ok(Math.abs(count - mean) < 6 * Math.sqrt(mean), `${letter} ${count}`)
  t.end()
})

t.test('what is stored of a code fits that code of that row only', (t) => {
  const hash = codes.hash('row-1', 'BCDFGHJK')
  t.ok(codes.matches('row-1', 'BCDFGHJK', hash))
  t.notOk(codes.matches('row-2', 'BCDFGHJK', hash))
  t.notOk(codes.matches('row-1', 'BCDFGHJL', hash))
  t.notOk(codes.matches('row-1', 'BCDFGHJK', null))
  t.notOk(codes.matches('row-1', 'BCDFGHJK', hash.subarray(1)))
  t.end()
})

t.test('other letters, more or fewer are refused', (t) => {
  for (const text of ['', 'BCDFGHJ', 'BCDFGHJKL', 'BCDFGHJA', 'BCDF-GHJK-LMNP-QRST-X'])
    t.notOk(shortCodeSchema.safeParse(text).success, text)
  t.end()
})
