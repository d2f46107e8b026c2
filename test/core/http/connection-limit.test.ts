import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { limitConnections } from '../../../core/http/connection-limit.js'
import { RawHttp, request } from '../../support/raw-http.js'

async function listening(t: Test, limits: { total: number; perAddress: number; isShared: () => boolean }) {
  const server = createServer((_request, response) => void response.end('ok'))
  limitConnections(server, limits)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** A socket that stays open; whether it is answered. */
  const open = async () => {
    const wire = await RawHttp.open(url)
    wire.write(request('GET /'))
    const first = await Promise.race([
      once(wire.socket, 'data').then(() => true),
      once(wire.socket, 'close').then(() => false),
    ])
    return { wire, isServed: first }
  }
  return open
}

t.test('one address gets so many sockets, and more when it closes some', async (t) => {
  const open = await listening(t, { total: 100, perAddress: 3, isShared: () => false })
  const first = [await open(), await open(), await open()]
  t.same(
    first.map(({ isServed }) => isServed),
    [true, true, true],
  )
  t.notOk((await open()).isServed)
  first[0]?.wire.socket.end()
  await first[0]?.wire.ended()
  let again = await open()
  while (!again.isServed) again = await open()
  t.notOk((await open()).isServed)
})

t.test('an address that stands for many is held by the total alone', async (t) => {
  const open = await listening(t, { total: 5, perAddress: 1, isShared: () => true })
  for (let n = 0; n < 5; n++) t.ok((await open()).isServed)
  t.notOk((await open()).isServed)
})
