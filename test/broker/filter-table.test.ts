import fc from 'fast-check'
import t from 'tap'
import { FilterTable } from '../../broker/filter-table.js'
import { covers } from '../../shared/topics.js'

const level = fc.constantFrom('a', 'b', 'c')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen || levels.length === 0 ? ['#'] : [])].join('/'))

t.test(
  'it finds for every topic what a walk over all filters finds, through additions and removals',
  async (t) => {
    const change = fc.record({ filter, value: fc.integer({ min: 0, max: 4 }), isAdded: fc.boolean(), topic })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const table = new FilterTable<number>()
        const model: [string, number][] = []
        for (const { filter, value, isAdded, topic } of changes) {
          if (isAdded) {
            table.add(filter, value)
            model.push([filter, value])
          } else {
            table.delete(filter, value)
            const at = model.findIndex(([f, v]) => f === filter && v === value)
            if (at >= 0) model.splice(at, 1)
          }
          const wanted = model.filter(([f]) => covers(f, topic)).map(([, v]) => v)
          // Twice: the second answer comes from memory.
          for (let i = 0; i < 2; i++) t.same([...table.match(topic)].sort(), wanted.sort())
        }
      }),
      { numRuns: 300 },
    )
  },
)

t.test(
  'a topic is found under its parent with #, [4.7.1.2], and two filters of one value give it twice',
  async (t) => {
    const table = new FilterTable<string>()
    table.add('a/#', 'x')
    table.add('a/+', 'x')
    t.same(table.match('a'), ['x'])
    t.same(table.match('a/b'), ['x', 'x'])
    table.delete('a/#', 'x')
    t.same(table.match('a'), [])
  },
)

t.test('an answer that was given does not change afterwards', async (t) => {
  const table = new FilterTable<string>()
  table.add('a', 'x')
  const before = table.match('a')
  table.add('a', 'y')
  table.delete('a', 'x')
  t.same(before, ['x'])
  t.same(table.match('a'), ['y'])
})

t.test('more topics than are remembered are found all the same', async (t) => {
  const table = new FilterTable<string>()
  table.add('+', 'x')
  for (let i = 0; i < 50_001; i++) table.match(String(i))
  t.same(table.match('0'), ['x'])
})
