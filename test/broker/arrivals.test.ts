import { Socket } from 'node:net'
import t from 'tap'
import { Arrivals } from '../../broker/arrivals.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'

const limits = { ...DEFAULT_LIMITS, handshakes: 3, handshakesPerAddress: 2 }

t.test('a place is free again when its socket closes or moves on', async (t) => {
  const arrivals = new Arrivals(limits, () => false)
  const sockets = Array.from({ length: 4 }, () => new Socket())
  const entered = sockets.map((socket) => arrivals.enter(socket) ?? arrivals.locate(socket, '203.0.113.7'))
  t.same(entered, [null, null, 'handshakes_per_address', 'handshakes'])
  const [first, second, third, fourth] = sockets
  if (!first || !second || !third || !fourth) return t.fail('four sockets were made')
  arrivals.leave(first)
  arrivals.leave(first)
  t.equal(arrivals.size, 2)
  t.equal(arrivals.locate(third, '203.0.113.7'), null)
  const closed = new Promise((resolve) => second.once('close', resolve))
  second.destroy()
  await closed
  t.equal(arrivals.enter(fourth), null)
  t.equal(arrivals.locate(fourth, '203.0.113.7'), null)
  t.equal(arrivals.size, 2)
  t.equal(arrivals.locate(new Socket(), '203.0.113.7'), null, 'what never entered takes no place')
})

t.test('an address that stands for many has no bound of its own', async (t) => {
  const arrivals = new Arrivals(limits, (address) => address === '127.0.0.1')
  for (let i = 0; i < 3; i++) {
    const socket = new Socket()
    t.equal(arrivals.enter(socket) ?? arrivals.locate(socket, '127.0.0.1'), null)
  }
})
