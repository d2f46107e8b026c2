import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import t, { type Test } from 'tap'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { judgeCertificate } from '../../ops/cli/certificate.js'
import { checkListener } from '../../ops/cli/commands/doctor-broker.js'
import { findingsText } from '../../ops/cli/findings.js'
import { probeListener } from '../../ops/cli/mqtt-probe.js'
import { DAY } from '../../shared/time.js'
import { startWorld } from '../support/broker.js'
import { certificate } from '../support/certificate.js'

async function listen(t: Test, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

const tcp = (port: number) => probeListener({ transport: 'tcp', url: `mqtt://127.0.0.1:${port}` })

t.test('a broker of ours answers over plain TCP; it counts one refusal and locks nobody out', async (t) => {
  const world = await startWorld(t)
  const { answeredMs, why, certificate } = await tcp(world.port)
  t.type(answeredMs, 'number')
  t.same({ why, certificate }, { why: '', certificate: null })
  t.equal(world.counter('refused.connect.bad_credentials'), 1)
})

t.test('what answers otherwise, and what does not, is told apart', async (t) => {
  const quiet = await listen(
    t,
    createServer((socket) => socket.end()),
  )
  t.match(await tcp(quiet), { answeredMs: null, why: 'something listens there, but answers no MQTT' })
  const http = await listen(
    t,
    createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  )
  t.match(await tcp(http), { answeredMs: null, why: 'what answers there is no MQTT broker' })
  const rude = await listen(
    t,
    createServer((socket) => socket.destroy()),
  )
  t.match(await tcp(rude), { answeredMs: null })
  t.match(await tcp(1), { why: 'nothing listens there' })
  t.match(await probeListener({ transport: 'tls', url: `mqtts://127.0.0.1:${http}` }), {
    why: 'what answers there speaks no TLS',
    certificate: null,
  })
  const nowhere = { transport: 'tls', url: 'mqtts://talos.invalid:8883' } as const
  t.match(await probeListener(nowhere), { why: /no such host|cannot be looked up/ })
})

t.test('over TLS the certificate is shown: until when, for whom, trusted or not', async (t) => {
  const made = certificate(t)
  if (made === null) return t.comment('there is no openssl here')
  const world = await startWorld(t)
  const options = { cert: readFileSync(made.certFile), key: readFileSync(made.keyFile) }
  const port = await listen(
    t,
    createTls(options, (socket: Socket) =>
      world.broker.handle(socket, { remoteAddress: '127.0.0.1', transport: 'tls' }),
    ),
  )
  const good = await probeListener({ transport: 'tls', url: `mqtts://localhost:${port}` })
  t.equal(good.why, '')
  t.match(good.certificate, { distrust: /SELF_SIGNED/, otherNames: null, protocol: 'TLSv1.3' })
  const left = (good.certificate?.expiresAt ?? 0) - Date.now()
  t.ok(left > 0 && left <= DAY, 'it was made for a day')
})

t.test('a WebSocket answers too; a proxy that forwards no upgrades is found out', async (t) => {
  const world = await startWorld(t)
  const http = createHttp()
  const sockets = new WebSocketServer({ server: http, path: '/mqtt', handleProtocols: () => 'mqtt' })
  sockets.on('connection', (socket) =>
    world.broker.handle(createWebSocketStream(socket), {
      remoteAddress: '127.0.0.1',
      transport: 'websocket',
    }),
  )
  const port = await listen(t, http)
  const at = (path: string) => probeListener({ transport: 'websocket', url: `ws://127.0.0.1:${port}${path}` })
  t.match(await at('/mqtt'), { why: '' })
  t.match(await at('/other'), { why: 'the WebSocket handshake was answered 400', answeredMs: null })
})

t.test(
  'H14: a certificate warns at 30 days and is critical at 7, for a wrong name, when it is not trusted',
  (t) => {
    const now = Date.UTC(2026, 10, 22)
    const judged = (days: number, more = {}) =>
      judgeCertificate(
        'talos.example.org',
        { expiresAt: now + days * DAY, distrust: null, otherNames: null, protocol: 'TLSv1.3', ...more },
        now,
      ).map(({ level, found }) => `${level}: ${found}`)
    t.same(judged(90), ['ok: of talos.example.org is good for 90 days, until 2027-02-20'])
    t.match(judged(30), [/^warning: .* 30 days/])
    t.match(judged(7), [/^critical: .* 7 days/])
    t.match(judged(0.5), [/^critical: .* expires within a day, on 2026-11-22$/])
    t.same(judged(-3), ['critical: of talos.example.org expired on 2026-11-19'])
    t.match(judged(90, { otherNames: 'DNS:other.example' }), [
      /^ok/,
      /^critical: is for DNS:other.example, not for talos/,
    ])
    t.match(judged(90, { distrust: 'SELF_SIGNED' }), [/^ok/, /^warning: is not trusted .*SELF_SIGNED/])
    t.same(judgeCertificate('x', null, now), [])
    t.end()
  },
)

t.test('what cannot be checked from here is said so; what does not answer has something to do', async (t) => {
  const listener = { transport: 'tcp', url: 'mqtt://127.0.0.1:1' } as const
  t.match(await checkListener(listener, false, Date.now()), [
    { check: 'Plain MQTT', level: 'note', found: /^not checked: .* only be reached on the machine of core/ },
  ])
  t.match(await checkListener(listener, true, Date.now()), [
    { level: 'critical', found: 'mqtt://127.0.0.1:1: nothing listens there', mend: /tunnel/ },
  ])
})

t.test('findings are lines; below each stands what to do', (t) => {
  const text = findingsText([
    { check: 'Clients', level: 'ok', found: '3 stations', mend: '' },
    { check: 'Loop', level: 'critical', found: 'late', mend: 'Buy a machine.' },
  ])
  t.equal(
    text,
    'Clients  ok        3 stations\nLoop     critical  late\n                   -> Buy a machine.',
  )
  t.equal(findingsText([]), '')
  t.end()
})
