import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { CHOICES, choicesOf, newNumber } from '../../../core/identity/pairing-number.js'

const key = Buffer.alloc(32, 1)

t.test('A37: the number has two digits, whatever the random bytes', (t) => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (bytes) => {
      const number = newNumber((n) => Buffer.from(Array.from({ length: n }, () => bytes.next().value)))
      t.ok(Number.isInteger(number) && number >= 10 && number <= 99)
    }),
    { numRuns: 50 },
  )
  t.equal(new Set(Array.from({ length: 5000 }, () => newNumber(randomBytes))).size, 90, 'and each occurs')
  t.end()
})

t.test('A37: three to choose from, the right one among them, the same three at each look', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 99 }), fc.uuid(), (number, id) => {
      const choices = choicesOf(number, id, key)
      t.equal(new Set(choices).size, CHOICES)
      t.ok(choices.includes(number))
      t.ok(choices.every((n) => n >= 10 && n <= 99))
      t.same(choicesOf(number, id, key), choices)
      t.same([...choices].sort(), choices, 'in an order that tells nothing')
    }),
    { numRuns: 100 },
  )
  t.end()
})
