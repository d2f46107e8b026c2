import t from 'tap'
import { Bus, type Carried, type Listener } from '../../broker/bus.js'

const world = () => {
  const heard: string[] = []
  const listener =
    (name: string): Listener<Carried> =>
    ({ topic }) =>
      heard.push(`${name} ${topic}`)
  return { bus: new Bus<Carried>(), heard, listener }
}

t.test('P11: a message is with its listeners before emit returns, and waits for none of them', async (t) => {
  const { bus, heard, listener } = world()
  // They never call back, like sockets that never drain.
  bus.on('a/+', listener('one')).on('a/b', listener('two'))
  let isDone = false
  bus.emit({ topic: 'a/b' }, () => (isDone = true))
  t.same(heard.sort(), ['one a/b', 'two a/b'])
  t.ok(isDone)
})

t.test('P3: what begins with $ is not carried, whoever listens', async (t) => {
  const { bus, heard, listener } = world()
  bus.on('$SYS/#', listener('one')).on('#', listener('two'))
  bus.emit({ topic: '$SYS/x/new/clients' })
  t.same(heard, [])
})

t.test('a listener that was taken off hears no more, the others of its filter do', async (t) => {
  const { bus, heard, listener } = world()
  const [one, two] = [listener('one'), listener('two')]
  let calls = 0
  const done = () => calls++
  bus.on('a', one, done).on('a', two, done).removeListener('a', one, done)
  bus.emit({ topic: 'a' })
  t.same(heard, ['two a'])
  bus.close(done)
  t.equal(calls, 4)
})
