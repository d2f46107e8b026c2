import fc from 'fast-check'
import t from 'tap'
import { find, score } from '../../core/dashboard/logic/palette.js'

const named = (...names: string[]) => names.map((name) => ({ name }))
const names = (found: readonly { name: string }[]) => found.map(({ name }) => name)

t.test('what begins with the words comes before what holds them', async (t) => {
  const entries = named('Stop Roof', 'Northroof', 'Old roof', 'Roof', 'Mast')
  t.same(names(find(entries, 'roof', 9)), ['Roof', 'Stop Roof', 'Old roof', 'Northroof'])
  t.same(names(find(entries, 'st ro', 9)), ['Stop Roof'])
  t.same(find(entries, 'roof', 2).length, 2)
})

t.test('case and accents do not count; every word has to be there', async (t) => {
  const entries = named('Kraków Süd')
  t.equal(find(entries, 'krakow sud', 9).length, 1)
  t.equal(find(entries, 'krakow nord', 9).length, 0)
  t.equal(score({ name: 'Roof', words: 'station' }, 'stat'), 1, 'by a further word')
})

t.test('what is found holds every word that was typed, whatever it is', async (t) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '-', '1') })
  fc.assert(
    fc.property(fc.array(text), text, (all, query) => {
      const words = query.toLowerCase().split(' ').filter(Boolean)
      for (const { name } of find(named(...all), query, 5))
        if (!words.every((word) => name.toLowerCase().includes(word))) return false
      return find(named(...all), query, 5).length <= 5
    }),
  )
  t.pass('100 lists')
})
