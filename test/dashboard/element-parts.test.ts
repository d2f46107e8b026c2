import fc from 'fast-check'
import t from 'tap'
import { elementParts } from '../../core/dashboard/logic/element-parts.js'

const tle = (n: number) => `NAME ${n}\n1 ${n} first\n2 ${n} second`

t.test('a small file is one part, as it is', async (t) => {
  t.same(elementParts('anything'), ['anything'])
})

t.test('TLE is cut between sets, and no line is lost', async (t) => {
  const text = Array.from({ length: 20 }, (_, i) => tle(i)).join('\n')
  const parts = elementParts(text, 100)
  t.ok(parts.length > 3)
  t.equal(parts.join('\n'), text)
  for (const part of parts) {
    t.ok(part.startsWith('NAME '))
    t.ok(part.length <= 100)
  }
})

t.test('JSON is cut between sets, and no set is lost', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ OBJECT_NAME: fc.string({ maxLength: 40 }) }), { minLength: 1, maxLength: 40 }),
      (sets) => {
        const parts = elementParts(JSON.stringify(sets), 120)
        t.same(
          parts.flatMap((part) => JSON.parse(part)),
          sets,
        )
      },
    ),
    { numRuns: 30 },
  )
})

t.test('what is broken goes to core whole, which says what is wrong with it', async (t) => {
  const broken = `[${'{'.repeat(200)}`
  t.same(elementParts(broken, 100), [broken])
})
