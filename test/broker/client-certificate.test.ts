import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { AddressSet } from '../../broker/address-set.js'
import { Broker } from '../../broker/broker.js'
import { attemptOf } from '../../broker/client-certificate.js'
import type { Credentials } from '../../broker/contracts.js'
import { TlsListener } from '../../broker/listeners.js'
import { TalosError } from '../../shared/errors.js'
import { systemClock } from '../../shared/time.js'
import { ORG, STATION, station } from '../support/broker.js'
import { certificate } from '../support/certificate.js'
import { type ClientPair, ExtendedKeyUsage, TestAuthority } from '../support/client-certificates.js'
import { proxyHeader } from '../support/proxy-header.js'
import { RawClient } from '../support/raw-mqtt.js'

const files = certificate(t)
const skip = files === null ? 'openssl is not installed' : false
const pair = {
  cert: files === null ? '' : readFileSync(files.certFile),
  key: files === null ? '' : readFileSync(files.keyFile),
}
const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** A broker behind TLS that lets in the station of `good`, and keeps what it was asked. */
async function world(
  t: Test,
  trusted: readonly string[],
  judge: (credentials: Credentials) => object = () => ({}),
) {
  const asked: Credentials[] = []
  const broker = new Broker({
    authenticate: async (credentials) => {
      asked.push(credentials)
      if (credentials.certificate?.isTrusted === false)
        throw new TalosError('certificate_untrusted', 'It is not one of ours.')
      return { ...station(STATION, ORG), ...judge(credentials) }
    },
    ...{ clock: systemClock, log: silent, onRefusal: () => {}, limits: { penaltyStrikes: 1000 } },
  })
  const balancers = AddressSet.parse('127.0.0.2')
  if (typeof balancers === 'string') throw new Error(balancers)
  const options = { host: '127.0.0.1', port: 0, balancers, clientAuthorities: trusted }
  const listener = new TlsListener(broker, { ...options, ...pair })
  await broker.start()
  await listener.start()
  const sockets: TLSSocket[] = []
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await listener.stop()
    await broker.stop()
  })
  const dial = async (client: Partial<ClientPair> = {}, more: ConnectionOptions = {}) => {
    const { port } = listener.address()
    const { cert, key } = client
    const own = cert === undefined || key === undefined ? {} : { cert, key }
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...own, ...more })
    sockets.push(socket)
    await once(socket, 'secureConnect')
    return { socket, mqtt: new RawClient(socket) }
  }
  const connect = async (client: Partial<ClientPair>, more: ConnectionOptions = {}) => {
    const { mqtt } = await dial(client, more)
    const code = await mqtt.connect({ clientId: STATION, username: STATION })
    return { code, mqtt }
  }
  return { broker, listener, asked, dial, connect }
}

t.test('B15: a certificate of ours takes the place of the password', { skip }, async (t) => {
  const ours = await TestAuthority.make('ours')
  const { asked, connect, dial, broker } = await world(t, [ours.pem])
  const good = await ours.issue({ name: STATION })
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const { code } = await connect(good, { maxVersion })
    t.equal(code, 0, maxVersion)
  }
  t.match(asked.at(-1), {
    ...{ username: STATION, clientId: STATION, password: '', transport: 'tls' },
    certificate: { isTrusted: true, serial: good.serial, pem: /^-----BEGIN CERTIFICATE-----/ },
  })
  // A password beside it is not looked at.
  const { mqtt } = await dial(good)
  t.equal(await mqtt.connect({ clientId: STATION, username: STATION, password: 'whatever' }), 0)
  t.equal(asked.at(-1)?.password, '')
  t.notOk(
    broker.connections().some((c) => 'certificate' in c),
    'nothing keeps it',
  )
})

t.test('a station without a certificate connects as before, and must give its key', { skip }, async (t) => {
  const ours = await TestAuthority.make('ours')
  const { asked, connect, dial } = await world(t, [ours.pem])
  t.equal((await connect({})).code, 4, 'B1: no password')
  t.same(asked, [])
  const { mqtt } = await dial()
  t.equal(await mqtt.connect({ clientId: STATION, username: STATION, password: 'its key' }), 0)
  t.equal(asked.at(-1)?.certificate, undefined)
})

t.test(
  'foreign, expired, early, self-made, and those of a server are told apart, and refused',
  { skip },
  async (t) => {
    const ours = await TestAuthority.make('ours')
    // The same name as ours, and another key.
    const foreign = await TestAuthority.make('ours')
    const { asked, connect } = await world(t, [ours.pem])
    const day = 86_400_000
    const cases = [
      [await foreign.issue(), /./],
      [await (await TestAuthority.make('elsewhere')).issue(), /./],
      [
        await ours.issue({ notBefore: Date.now() - 2 * day, notAfter: Date.now() - 1000 }),
        /^CERT_HAS_EXPIRED$/,
      ],
      [
        await ours.issue({ notBefore: Date.now() + day, notAfter: Date.now() + 2 * day }),
        /^CERT_NOT_YET_VALID$/,
      ],
      [await ours.issue({ usages: [ExtendedKeyUsage.serverAuth] }), /^INVALID_PURPOSE$/],
      [{ cert: String(pair.cert), key: String(pair.key) }, /SELF_SIGNED/],
    ] as const
    for (const [client, fault] of cases) {
      const { code, mqtt } = await connect(client)
      t.equal(code, 4)
      await mqtt.closed
      t.match(asked.at(-1)?.certificate, { isTrusted: false, fault })
    }
  },
)

t.test('a certificate without its private key does not pass the handshake', { skip }, async (t) => {
  const ours = await TestAuthority.make('ours')
  const { asked, connect } = await world(t, [ours.pem])
  const good = await ours.issue()
  const other = await ours.issue()
  await t.rejects(connect({ cert: good.cert, key: other.key }))
  t.same(asked, [])
})

t.test(
  'whom we trust changes from one handshake to the next, and outlives a new server certificate',
  { skip },
  async (t) => {
    const [one, two] = [await TestAuthority.make('one'), await TestAuthority.make('two')]
    const { listener, connect } = await world(t, [one.pem])
    const [first, second] = [await one.issue(), await two.issue()]
    const codes = async () => [(await connect(first)).code, (await connect(second)).code]
    t.same(await codes(), [0, 4])
    listener.trust([one.pem, two.pem])
    t.same(await codes(), [0, 0])
    listener.setSecureContext(pair)
    t.same(await codes(), [0, 0])
    listener.trust([two.pem])
    t.same(await codes(), [4, 0])
    listener.trust([])
    t.same(await codes(), [4, 4], 'nobody, and not the authorities of the web')
  },
)

t.test('no session is resumed: each handshake judges the certificate anew', { skip }, async (t) => {
  const ours = await TestAuthority.make('ours')
  const { dial } = await world(t, [ours.pem])
  const good = await ours.issue()
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const { socket, mqtt } = await dial(good, { maxVersion })
    let session = socket.getSession()
    socket.on('session', (ticket) => {
      session = ticket
    })
    await mqtt.connect({ clientId: STATION, username: STATION })
    const again = await dial({}, { maxVersion, ...(session === undefined ? {} : { session }) })
    t.notOk(again.socket.isSessionReused(), maxVersion)
    t.equal(await again.mqtt.connect({ clientId: STATION, username: STATION }), 4, 'and nobody without one')
  }
})

t.test('B18: the connection ends with the certificate', { skip }, async (t) => {
  const ours = await TestAuthority.make('ours')
  let until = Date.now() + 1500
  const { broker, connect } = await world(t, [ours.pem], () => ({ until }))
  const { code, mqtt } = await connect(await ours.issue())
  t.equal(code, 0)
  await mqtt.closed
  t.equal(broker.metrics().counts.ended.expired, 1)
  until = Date.now() - 1
  t.equal((await connect(await ours.issue())).code, 5)
})

t.test('what a balancer says of a certificate is believed from nobody', { skip }, async (t) => {
  const ours = await TestAuthority.make('ours')
  const { asked, listener } = await world(t, [ours.pem])
  // PP2_TYPE_SSL: a client certificate was shown and verified, CN is the station's (proxy-protocol.txt, 2.2.6).
  const cn = Buffer.from(STATION)
  const inner = Buffer.concat([Buffer.from([0x05, 0, 0, 0, 0]), Buffer.from([0x22, 0, cn.length]), cn])
  const tlv = Buffer.concat([Buffer.from([0x20, 0, inner.length]), inner])
  const header = proxyHeader('203.0.113.9', { extra: tlv.length })
  tlv.copy(header, header.length - tlv.length)
  const { port } = listener.address()
  const socket = connectTcp({ host: '127.0.0.1', port, localAddress: '127.0.0.2' })
  socket.write(header)
  const secure = connectTls({ socket, rejectUnauthorized: false })
  t.teardown(() => secure.destroy())
  await once(secure, 'secureConnect')
  t.equal(await new RawClient(secure).connect({ clientId: STATION, username: STATION }), 4)
  t.same(asked, [])
})

t.test(
  'B21: who shows a bad certificate locks out itself, not the one with the good one',
  { skip },
  async (t) => {
    const ours = await TestAuthority.make('ours')
    const foreign = await TestAuthority.make('foreign')
    const { broker, connect, dial } = await world(t, [ours.pem])
    const good = await ours.issue()
    t.equal((await connect(good)).code, 0)
    const bad = await foreign.issue({ serial: good.serial })
    const codes: (number | null)[] = []
    while (codes.at(-1) !== 3 && codes.length < 60) codes.push((await connect(bad)).code)
    t.equal(codes.at(-1), 3, 'told to come later')
    t.ok(broker.metrics().counts.limited.failures > 0)
    t.equal((await connect(good)).code, 0, 'the very certificate that was good before passes')
    // Nor does its place in that count have a password.
    const { mqtt } = await dial()
    const password = attemptOf({ isTrusted: true, serial: good.serial, pem: '' })
    t.equal(await mqtt.connect({ clientId: STATION, username: STATION, password }), null, 'NUL is malformed')
  },
)
