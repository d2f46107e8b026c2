import fc from 'fast-check'
import t from 'tap'
import { WaitingRoom } from '../../broker/waiting-room.js'

const drain = <T>(room: WaitingRoom<T>) => {
  const order: T[] = []
  for (let item = room.next(); item !== null; item = room.next()) order.push(item)
  return order
}

t.test('B21: sources take turns, so the one who comes alone passes a thousand of another', async (t) => {
  const room = new WaitingRoom<string>()
  for (let i = 0; i < 1000; i++) room.join('flood', `flood ${i}`)
  room.join('alone', 'alone')
  t.equal(room.size, 1001)
  t.equal(room.sizeOf('flood'), 1000)
  t.same([room.next(), room.next(), room.next()], ['flood 0', 'alone', 'flood 1'])
})

t.test('whoever leaves is not called, and joining twice is one place', async (t) => {
  const room = new WaitingRoom<string>()
  for (const item of ['a', 'b', 'a']) room.join('x', item)
  t.equal(room.size, 2)
  t.ok(room.leave('x', 'a'))
  t.notOk(room.leave('x', 'a'))
  t.notOk(room.leave('y', 'b'))
  t.same([...room], ['b'])
  t.same(drain(room), ['b'])
  t.equal(room.next(), null)
  t.equal(room.size, 0)
})

t.test(
  'everybody is called once, in order within a source, and no source twice before a waiting one',
  async (t) => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 100 })
    fc.assert(
      fc.property(arrivals, (sources) => {
        const room = new WaitingRoom<{ source: number; at: number }>()
        sources.forEach((source, at) => {
          room.join(String(source), { source, at })
        })
        const order = drain(room)
        if (order.length !== sources.length || room.size !== 0) return false
        const served = new Map<number, number>()
        return order.every(({ source, at }, i) => {
          const sofar = served.get(source) ?? 0
          served.set(source, sofar + 1)
          const inOrder = order.slice(i + 1).every((later) => later.source !== source || later.at > at)
          // All wait from the start here: who still waits has been served as often, or one time less.
          const fair = order.slice(i + 1).every((later) => (served.get(later.source) ?? 0) >= sofar)
          return inOrder && fair
        })
      }),
    )
    t.pass()
  },
)
