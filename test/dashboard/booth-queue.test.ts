import t from 'tap'
import { countedNames, listedNames } from '../../core/dashboard/logic/booth-queue.js'

t.test('E11: a list has one name a line', async (t) => {
  t.same(listedNames(' Roof \n\n  Mast, north\n'), ['Roof', 'Mast, north'])
  t.same(listedNames(' \n'), [])
  t.equal(listedNames('x\n'.repeat(600)).length, 500)
})

t.test('E11: counted names sort as they are counted', async (t) => {
  t.same(countedNames('Station', 3), ['Station 1', 'Station 2', 'Station 3'])
  const names = countedNames('Pi', 12)
  t.same(names, [...names].sort())
  t.equal(names[0], 'Pi 01')
  for (const count of [0, -1, 1.5, 501, Number.NaN]) t.same(countedNames('Pi', count), [], String(count))
})
