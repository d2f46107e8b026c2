import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import t from 'tap'
import { WebSocket } from 'ws'
import { testCore } from '../../support/core.js'

t.test('B11: the handshake of /mqtt', async (t) => {
  const core = await testCore(t)
  const cookie = core.owner.cookieHeader
  const own = { origin: core.url, cookie }
  const shake = async (headers: Record<string, string>, protocols = ['mqtt']) => {
    const socket = new WebSocket(`${core.url.replace('http', 'ws')}/mqtt`, protocols, { headers })
    t.teardown(() => socket.terminate())
    socket.on('error', () => undefined)
    const refused = once(socket, 'unexpected-response').then(
      ([, response]) => (response as IncomingMessage).statusCode,
    )
    const opened = once(socket, 'open').then(() => 101)
    const errored = once(socket, 'close').then(() => 0)
    return await Promise.race([refused, opened, errored])
  }
  t.equal(await shake(own), 101)
  t.equal(await shake({ ...own, origin: core.url.replace('127.0.0.1', 'localhost') }), 101, 'this machine')
  t.equal(await shake({}), 101, 'a machine, which must bring a key')
  t.equal(await shake({}, []), 400, 'no subprotocol')
  t.equal(await shake({}, ['mqttv3.1']), 400, 'another subprotocol')
  t.equal(await shake({ cookie }), 403, 'no Origin')
  t.equal(await shake({ cookie: 'x=1' }), 403, 'a cookie of any kind')
  t.equal(await shake({ ...own, origin: 'https://evil.example' }), 403)
  t.equal(await shake({ ...own, origin: 'null' }), 403)
  t.equal(await shake({ ...own, origin: `${core.url}.evil.example` }), 403)
  t.equal(await shake({ origin: core.url }), 401, 'no cookie')
  t.equal(await shake({ origin: core.url, cookie: '__Host-talos=AAAA' }), 401)
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  t.equal(await shake({ origin: core.url, authorization: `Bearer ${token}` }), 401, 'a token opens no socket')
  t.equal(await shake({ authorization: `Bearer ${token}` }), 403, 'nor without an Origin')
  t.equal(await shake({ origin: core.url, authorization: `Bearer ${core.director().options.bearer}` }), 403)
  t.equal((await core.owner.api('GET', '//mqtt')).status, 404, 'without an upgrade there is nothing')
})

t.test('when core stops, open sockets do not hold it', async (t) => {
  const core = await testCore(t)
  const headers = { origin: core.url, cookie: core.owner.cookieHeader }
  const socket = new WebSocket(`${core.url.replace('http', 'ws')}/mqtt`, ['mqtt'], { headers })
  await once(socket, 'open')
  const closed = once(socket, 'close')
  const from = performance.now()
  await core.core.stop()
  await closed
  t.ok(performance.now() - from < 5000)
})
