import t from 'tap'
import { BoundedMap } from '../../broker/bounded-map.js'

t.test('B24: a full map forgets what was set longest ago', async (t) => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  t.equal(map.size, 2)
  t.notOk(map.has('b'))
  t.equal(map.get('a'), 3)
  t.equal(map.get('c'), 4)
  map.delete('a')
  t.equal(map.get('a'), undefined)
})

t.test('P15: prototype names are plain keys', async (t) => {
  const map = new BoundedMap<string, number>(2)
  t.equal(map.get('__proto__'), undefined)
  t.notOk(map.has('constructor'))
})
