import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import t, { type Test } from 'tap'
import { newId } from '../../core/crypto/ids.js'
import { newSecret } from '../../core/crypto/secrets.js'
import { certificate } from '../support/certificate.js'
import { bareCore, ORG, testCore } from '../support/core.js'
import { connectSocket, settled, ticketOf } from '../support/live.js'
import { proxyHeader } from '../support/proxy-header.js'
import { connectPacket } from '../support/raw-mqtt.js'

const env = (t: Test) => {
  const made = certificate(t)
  if (made === null) return null
  return {
    ca: made.ca,
    variables: { TALOS_TLS_CERT: made.certFile, TALOS_TLS_KEY: made.keyFile },
  }
}

const status = (url: string, ca: string | undefined): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    // A connection of its own for each, or an old one would be used again after the certificate was renewed.
    const options = { agent: false, ...(ca === undefined ? {} : { ca }) } as const
    const call = request(url, options, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    call.on('error', reject)
    call.end()
  })

t.test('B10: with a certificate core serves HTTPS, WSS and MQTT over TLS', async (t) => {
  const tls = env(t)
  if (tls === null) return t.comment('there is no openssl here')
  const core = await testCore(t, { env: tls.variables })
  t.match(core.url, /^https:\/\/127\.0\.0\.1:/)
  t.equal(await status(`${core.url}/api/v1/healthz`, tls.ca), 200)
  await t.rejects(status(`${core.url}/api/v1/healthz`, undefined), /self.signed/)
  await t.rejects(fetch(core.url.replace('https', 'http')), 'and nothing in the clear')

  const live = await connectSocket(t, {
    ...{ url: core.url, ticket: await ticketOf(core.owner), origin: core.url },
    ...{ cookie: core.owner.cookieHeader, ca: tls.ca },
  })
  t.ok(live.connected)

  const org = await core.prisma.org.findUniqueOrThrow({ where: { slug: ORG } })
  const id = newId(core.context.random)
  const { keyId, hash, text } = newSecret('gsk', core.context.random)
  await core.prisma.station.create({ data: { id, orgId: org.id, name: 'Tromso', status: 'approved' } })
  await core.prisma.stationKey.create({
    data: { id: newId(core.context.random), keyId, secretHash: hash, stationId: id },
  })
  const { mqttUrl } = core.context.addresses
  t.match(mqttUrl, /^mqtts:\/\/127\.0\.0\.1:/, 'what agents are told')
  const credentials = { username: id, password: text, clientId: id }
  t.ok((await settled(t, mqttUrl, { ...credentials, ca: tls.ca })).connected)
  await t.rejects(settled(t, mqttUrl, credentials), /self.signed/)
  t.match(core.mqttUrl, /^mqtt:\/\/127\.0\.0\.1:/, 'what the director on this machine is told')
})

t.test(
  'a new certificate is served over HTTPS and MQTT; who is connected stays; a broken one changes nothing',
  async (t) => {
    const tls = env(t)
    const other = certificate(t)
    if (tls === null || other === null) return t.comment('there is no openssl here')
    const core = await testCore(t, { env: tls.variables })
    const live = await connectSocket(t, {
      ...{ url: core.url, ticket: await ticketOf(core.owner), origin: core.url },
      ...{ cookie: core.owner.cookieHeader, ca: tls.ca },
    })
    const secure = () => status(core.context.addresses.mqttUrl.replace('mqtts:', 'https:'), other.ca)
    copyFileSync(other.certFile, tls.variables.TALOS_TLS_CERT)
    core.core.renewCertificate()
    t.equal(await status(`${core.url}/api/v1/healthz`, tls.ca), 200, 'the key is missing yet')
    t.ok(core.logged.some(({ msg }) => /refused/.test(String(msg))))
    copyFileSync(other.keyFile, tls.variables.TALOS_TLS_KEY)
    core.core.renewCertificate()
    t.equal(await status(`${core.url}/api/v1/healthz`, other.ca), 200)
    await t.rejects(status(`${core.url}/api/v1/healthz`, tls.ca), /self.signed/)
    // No MQTT, but a handshake that this certificate got through.
    await t.rejects(secure(), /hang up|ECONNRESET/)
    t.ok(live.connected)
  },
)

t.test('MQTT behind a balancer: the address of the client is in the audit trail', async (t) => {
  const core = await testCore(t, { env: { TALOS_MQTT_PROXY_PROTOCOL: '127.0.0.2' } })
  const socket = connectTcp({
    host: '127.0.0.1',
    port: Number(new URL(core.mqttUrl).port),
    localAddress: '127.0.0.2',
  })
  socket.on('error', () => undefined)
  const login = { clientId: 'station-none-0001', username: 'station-none-0001', password: 'gsk_wrong' }
  socket.write(Buffer.concat([proxyHeader('203.0.113.7'), connectPacket(login)]))
  const [answer] = await once(socket, 'data')
  t.same(answer, Buffer.from([0x20, 2, 0, 4]))
  await core.context.audit.drain()
  const row = await core.prisma.auditEvent.findFirst({ where: { address: '203.0.113.7' } })
  t.ok(row)
})

t.test('behind a proxy that ends TLS, HTTP is plain and agents are told the outside', async (t) => {
  const core = await bareCore(t, {
    env: { TALOS_TLS_PROXY: '1', TALOS_PUBLIC_URL: 'https://talos.example.org', TALOS_MQTTS_PORT: '8883' },
  })
  t.equal(core.url, 'https://talos.example.org')
  t.equal(core.context.addresses.mqttUrl, 'mqtts://talos.example.org:8883')
  const { port } = core.app.server.address() as { port: number }
  t.equal((await fetch(`http://127.0.0.1:${port}/api/v1/healthz`)).status, 200)
})

t.test('a certificate that cannot be read or used is a wrong configuration', async (t) => {
  const tls = env(t)
  if (tls === null) return t.comment('there is no openssl here')
  const { variables } = tls
  await t.rejects(bareCore(t, { env: { ...variables, TALOS_TLS_CERT: '/none.pem' } }), {
    code: 'config_invalid',
    detail: /TALOS_TLS_CERT/,
  })
  await t.rejects(bareCore(t, { env: { ...variables, TALOS_TLS_KEY: variables.TALOS_TLS_CERT } }), {
    code: 'config_invalid',
  })
})
