import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import t from 'tap'
import { AddressSet } from '../../broker/address-set.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { type ListenOptions, TcpListener, TlsListener } from '../../broker/listeners.js'
import { tlsOptions } from '../../broker/tls-options.js'
import { certificate } from '../support/certificate.js'
import { proxyHeader } from '../support/proxy-header.js'
import { StreamRecorder } from '../support/stream-recorder.js'

const files = certificate(t)
const withoutTls = files === null ? 'openssl is not installed' : false
const pair = {
  cert: files === null ? '' : readFileSync(files.certFile),
  key: files === null ? '' : readFileSync(files.keyFile),
}

t.test('B10: plain MQTT listens on loopback only', async (t) => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '', 'example.org', '127.0.0.1.example.org'])
    t.throws(() => new TcpListener(new StreamRecorder(), { host, port: 0 }), { code: 'config_invalid' }, host)
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    t.doesNotThrow(() => new TcpListener(new StreamRecorder(), { host, port: 0 }), host)
})

t.test('a plain connection is handed over with its address', async (t) => {
  const broker = new StreamRecorder()
  const listener = new TcpListener(broker, { host: '127.0.0.1', port: 0 })
  t.throws(() => listener.address(), { code: 'internal' })
  await listener.start()
  const { host, port } = listener.address()
  t.equal(host, '127.0.0.1')
  const client = connectTcp(port, host)
  await broker.count(1)
  t.same(broker.seen, [{ remoteAddress: '127.0.0.1', transport: 'tcp' }])
  client.destroy()
  await listener.stop()
  const refused = connectTcp(port, host)
  const [error] = await once(refused, 'error')
  t.equal(error.code, 'ECONNREFUSED')
})

t.test('a port that is taken is an error of start', async (t) => {
  const first = new TcpListener(new StreamRecorder(), { host: '127.0.0.1', port: 0 })
  await first.start()
  const second = new TcpListener(new StreamRecorder(), first.address())
  await t.rejects(second.start(), { code: 'EADDRINUSE' })
  await first.stop()
})

t.test('B10: TLS 1.2 and newer is served, older is not', { skip: withoutTls }, async (t) => {
  const broker = new StreamRecorder()
  const listener = new TlsListener(broker, { host: '127.0.0.1', port: 0, ...pair })
  await listener.start()
  const { port } = listener.address()
  const dial = (maxVersion: SecureVersion) =>
    connectTls({
      ...{ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1' as const, maxVersion },
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
  for (const [i, version] of (['TLSv1.2', 'TLSv1.3'] as const).entries()) {
    const client = dial(version)
    await once(client, 'secureConnect')
    await broker.count(i + 1)
    client.destroy()
  }
  t.match(broker.seen[0], { remoteAddress: '127.0.0.1', transport: 'tls' })
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const client = dial(version)
    await t.rejects(once(client, 'secureConnect'), `${version} is refused`)
  }
  t.equal(broker.seen.length, 2)
  t.same(
    broker.away.map(([why]) => why),
    ['handshake', 'handshake'],
  )
  await listener.stop()
})

t.test('stop ends handshakes that never finish', { skip: withoutTls }, async (t) => {
  const listener = new TlsListener(new StreamRecorder(), { host: '127.0.0.1', port: 0, ...pair })
  await listener.start()
  const silent = connectTcp(listener.address().port, '127.0.0.1')
  silent.on('error', () => {})
  const accepted = once(listener.server, 'connection')
  await accepted
  const closed = once(silent, 'close')
  await listener.stop()
  await closed
  t.pass()
})

t.test('B10: a certificate that cannot be used is a wrong configuration', async (t) => {
  t.throws(
    () => new TlsListener(new StreamRecorder(), { host: '127.0.0.1', port: 0, cert: 'no', key: 'no' }),
    {
      code: 'config_invalid',
    },
  )
})

const balancers = AddressSet.parse('127.0.0.2, 127.0.0.3') as AddressSet
const local = (more: Partial<ListenOptions> = {}): ListenOptions => ({
  ...{ host: '127.0.0.1', port: 0, balancers },
  ...more,
})
/** A socket from one of the addresses of this machine. */
const dial = (port: number, localAddress: string) => {
  const socket = connectTcp({ host: '127.0.0.1', port, localAddress, noDelay: true })
  socket.on('error', () => {})
  return socket
}

t.test(
  'a balancer says for whom it comes, in as many pieces as it likes; the rest is the client’s',
  async (t) => {
    const broker = new StreamRecorder()
    const listener = new TcpListener(broker, local())
    await listener.start()
    t.teardown(() => listener.stop())
    t.teardown(() => broker.end())
    const { port } = listener.address()
    const whole = dial(port, '127.0.0.2')
    whole.write(Buffer.concat([proxyHeader('203.0.113.7', { extra: 40 }), Buffer.from('hello')]))
    await broker.count(1)
    t.same(broker.seen[0], { remoteAddress: '203.0.113.7', transport: 'tcp' })
    const stream = broker.sockets[0]
    if (stream === undefined) return t.fail('nothing was handed over')
    const [said] = await once(stream, 'data')
    t.equal(String(said), 'hello')
    const slow = dial(port, '127.0.0.3')
    for (const byte of proxyHeader('2001:db8::7')) {
      slow.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await broker.count(2)
    t.equal(broker.seen[1]?.remoteAddress, '2001:db8::7')
    dial(port, '127.0.0.2').write(proxyHeader(null))
    await broker.count(3)
    t.equal(broker.seen[2]?.remoteAddress, '127.0.0.2', 'a health check is its own')
  },
)

t.test('from a balancer the header is required, from others it is not believed', async (t) => {
  const broker = new StreamRecorder()
  const listener = new TcpListener(broker, local({ limits: { ...DEFAULT_LIMITS, proxyHeaderMs: 50 } }))
  await listener.start()
  t.teardown(() => listener.stop())
  t.teardown(() => broker.end())
  const { port } = listener.address()
  const bare = dial(port, '127.0.0.2')
  bare.write(Buffer.from([0x10, 0x10]))
  await once(bare, 'close')
  await broker.count(0, 1)
  const silent = dial(port, '127.0.0.2')
  await once(silent, 'close')
  await broker.count(0, 2)
  t.same(broker.away, [
    ['malformed', null, '127.0.0.2'],
    ['expired', 'proxy_header', '127.0.0.2'],
  ])
  const checked = dial(port, '127.0.0.2')
  checked.end()
  await once(checked, 'close')
  const spoof = dial(port, '127.0.0.1')
  spoof.write(proxyHeader('203.0.113.7'))
  await broker.count(1)
  t.equal(
    broker.seen[0]?.remoteAddress,
    '127.0.0.1',
    'the header is what it says to the broker, which refuses it',
  )
  t.equal(broker.away.length, 2, 'a balancer that only knocks is no fault')
})

t.test('stop ends balancers that never say for whom they come', async (t) => {
  const listener = new TcpListener(new StreamRecorder(), local())
  await listener.start()
  const silent = dial(listener.address().port, '127.0.0.2')
  await once(listener.server, 'connection')
  const closed = once(silent, 'close')
  await listener.stop()
  await closed
  t.pass()
})

t.test('the header comes before the TLS handshake', { skip: withoutTls }, async (t) => {
  const broker = new StreamRecorder()
  const listener = new TlsListener(broker, { ...local(), ...pair })
  await listener.start()
  t.teardown(() => listener.stop())
  t.teardown(() => broker.end())
  const { port } = listener.address()
  const socket = dial(port, '127.0.0.2')
  await once(socket, 'connect')
  socket.write(proxyHeader('203.0.113.7'))
  const secure = connectTls({ socket, rejectUnauthorized: false })
  await once(secure, 'secureConnect')
  await broker.count(1)
  t.same(broker.seen[0], { remoteAddress: '203.0.113.7', transport: 'tls' })
  secure.write('hello')
  const stream = broker.sockets[0]
  if (stream === undefined) return t.fail('nothing was handed over')
  const [said] = await once(stream, 'data')
  t.equal(String(said), 'hello')
  secure.destroy()
  const spoof = dial(port, '127.0.0.1')
  spoof.write(proxyHeader('203.0.113.7'))
  await broker.count(1, 1)
  t.same(broker.away, [['handshake', null, '127.0.0.1']])
})

t.test('a header and a client hello in one segment are both read', { skip: withoutTls }, async (t) => {
  const broker = new StreamRecorder()
  const listener = new TlsListener(broker, { ...local(), ...pair })
  await listener.start()
  t.teardown(() => listener.stop())
  t.teardown(() => broker.end())
  const socket = dial(listener.address().port, '127.0.0.2')
  await once(socket, 'connect')
  socket.cork()
  socket.write(proxyHeader('203.0.113.7'))
  const secure = connectTls({ socket, rejectUnauthorized: false })
  setImmediate(() => socket.uncork())
  await once(secure, 'secureConnect')
  await broker.count(1)
  t.equal(broker.seen[0]?.remoteAddress, '203.0.113.7')
  secure.destroy()
})

t.test('B21: one address has so many handshakes at once', { skip: withoutTls }, async (t) => {
  const broker = new StreamRecorder()
  const limits = { ...DEFAULT_LIMITS, handshakesPerAddress: 1, handshakeMs: 1500 }
  const listener = new TlsListener(broker, { ...local({ limits }), ...pair })
  await listener.start()
  t.teardown(() => listener.stop())
  t.teardown(() => broker.end())
  const { port } = listener.address()
  for (const source of ['203.0.113.7', '203.0.113.7', '203.0.113.8'])
    dial(port, '127.0.0.2').write(proxyHeader(source))
  await broker.count(0, 3)
  t.same(broker.away.toSorted(), [
    ['handshake', 'handshake_time', '203.0.113.7'],
    ['handshake', 'handshake_time', '203.0.113.8'],
    ['no_room', 'handshakes_per_address', '203.0.113.7'],
  ])
})

t.test('B21: all addresses together have so many handshakes at once', { skip: withoutTls }, async (t) => {
  const broker = new StreamRecorder()
  const limits = { ...DEFAULT_LIMITS, handshakes: 1 }
  const listener = new TlsListener(broker, { ...local({ limits }), ...pair })
  await listener.start()
  t.teardown(() => listener.stop())
  t.teardown(() => broker.end())
  const { port } = listener.address()
  const sockets = [dial(port, '127.0.0.1'), dial(port, '127.0.0.1')]
  await broker.count(0, 1)
  t.same(broker.away, [['no_room', 'handshakes', '127.0.0.1']])
  const closed = sockets.map((socket) => once(socket, 'close'))
  await Promise.race(closed)
  for (const socket of sockets) socket.destroy()
  await Promise.all(closed)
})

t.test(
  'a certificate is renewed while connections stay; a broken one changes nothing',
  { skip: withoutTls },
  async (t) => {
    const broker = new StreamRecorder()
    const listener = new TlsListener(broker, { ...local(), ...pair })
    await listener.start()
    t.teardown(() => listener.stop())
    t.teardown(() => broker.end())
    const { port } = listener.address()
    const shake = async () => {
      const secure = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
      await once(secure, 'secureConnect')
      return { secure, print: secure.getPeerCertificate().fingerprint256 }
    }
    const before = await shake()
    const other = certificate(t)
    if (other === null) return t.fail('openssl is gone')
    const [cert, key] = [readFileSync(other.certFile), readFileSync(other.keyFile)]
    t.throws(() => listener.setSecureContext(tlsOptions({ cert, key: pair.key })), 'they do not fit together')
    t.throws(() => listener.setSecureContext(tlsOptions({ cert: 'no', key: 'no' })))
    const same = await shake()
    t.equal(same.print, before.print)
    listener.setSecureContext(tlsOptions({ cert, key }))
    const after = await shake()
    t.not(after.print, before.print)
    await broker.count(3)
    before.secure.write('hello')
    const stream = broker.sockets[0]
    if (stream === undefined) return t.fail('nothing was handed over')
    const [said] = await once(stream, 'data')
    t.equal(String(said), 'hello', 'over the connection of before')
    for (const { secure } of [before, same, after]) secure.destroy()
  },
)
