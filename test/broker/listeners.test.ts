import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import t from 'tap'
import type { ConnectionMeta } from '../../broker/contracts.js'
import { TcpListener, TlsListener } from '../../broker/listeners.js'

function recorder() {
  const seen: ConnectionMeta[] = []
  const sockets: Socket[] = []
  let wake: () => void = () => {}
  return {
    seen,
    sockets,
    handle: (socket: Socket, meta: ConnectionMeta) => {
      seen.push(meta)
      sockets.push(socket)
      wake()
    },
    /** Resolves when so many connections were handed over. */
    count: async (n: number) => {
      while (seen.length < n)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    },
  }
}

function certificate(dir: string) {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
      ],
      ...['-subj', '/CN=localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

t.test('B10: plain MQTT listens on loopback only', async (t) => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', '', 'example.org', '127.0.0.1.example.org'])
    t.throws(() => new TcpListener(recorder(), { host, port: 0 }), { code: 'config_invalid' }, host)
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    t.doesNotThrow(() => new TcpListener(recorder(), { host, port: 0 }), host)
})

t.test('a plain connection is handed over with its address', async (t) => {
  const broker = recorder()
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
  const first = new TcpListener(recorder(), { host: '127.0.0.1', port: 0 })
  await first.start()
  const second = new TcpListener(recorder(), first.address())
  await t.rejects(second.start(), { code: 'EADDRINUSE' })
  await first.stop()
})

t.test('B10: TLS 1.2 and newer is served, older is not', async (t) => {
  const broker = recorder()
  const listener = new TlsListener(broker, { host: '127.0.0.1', port: 0, ...certificate(t.testdir()) })
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
  await listener.stop()
})

t.test('stop ends handshakes that never finish', async (t) => {
  const listener = new TlsListener(recorder(), { host: '127.0.0.1', port: 0, ...certificate(t.testdir()) })
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
  t.throws(() => new TlsListener(recorder(), { host: '127.0.0.1', port: 0, cert: 'no', key: 'no' }), {
    code: 'config_invalid',
  })
})
