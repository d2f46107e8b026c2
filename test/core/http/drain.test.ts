import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { Connections } from '../../../core/http/drain.js'

async function setUp(t: Test) {
  const held: ServerResponse[] = []
  const server = createServer((_request, response) => held.push(response))
  const connections = new Connections(server, false)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const open = async (request?: string) => {
    const socket = connect(port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    if (request !== undefined) {
      const came = once(server, 'request')
      socket.write(request)
      await came
    }
    return socket
  }
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { held, open, drain: (ms: number) => connections.drain(close, ms) }
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

t.test('a request in flight ends; a line without one is cut at once', async (t) => {
  const { held, open, drain } = await setUp(t)
  const silent = await open()
  const busy = await open(REQUEST)
  const silentClosed = once(silent, 'close')
  const drained = drain(60_000)
  await silentClosed
  let answer = ''
  busy.on('data', (chunk) => {
    answer += chunk
  })
  const ended = once(busy, 'close')
  held[0]?.writeHead(200, { connection: 'close' }).end('done')
  await Promise.all([ended, drained])
  t.match(answer, /200 OK[\s\S]*done/)
})

t.test('a request that never ends is cut in the end', async (t) => {
  const { open, drain } = await setUp(t)
  const busy = await open(REQUEST)
  const ended = once(busy, 'close')
  await drain(50)
  await ended
  t.pass('drained')
})
