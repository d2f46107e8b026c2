import fc from 'fast-check'
import t from 'tap'
import { candidateNames } from '../../../core/fleet/station-names.js'

const random = (bytes: number) => Buffer.alloc(bytes, 0xab)

t.test('Candidates begin with the name, count on, and end with random ones', async (t) => {
  const names = candidateNames('Troll', random)
  t.same([names.next().value, names.next().value, names.next().value], ['Troll', 'Troll-2', 'Troll-3'])
  for (let n = 4; n <= 20; n++) t.equal(names.next().value, `Troll-${n}`)
  t.equal(names.next().value, 'Troll-abababab')
})

t.test('No candidate is longer than a name may be', async () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80 }), fc.nat(25), (name, skip) => {
      const names = candidateNames(name, random)
      for (let i = 0; i < skip; i++) names.next()
      return names.next().value.length <= 80
    }),
  )
})
