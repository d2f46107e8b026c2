import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import t, { type Test } from 'tap'
import { Link, type LinkDeps } from '../../agent/link.js'
import { DAY, HOUR, systemClock } from '../../shared/time.js'
import { KeptLog, makeCredential, makeKey, STATION } from '../support/agent-bench.js'

t.jobs = 4

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const pem = (label: string, der: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`

/** An authority, and a certificate of it for a server; both PEM. */
async function certified(name: string, endsInMs = DAY) {
  const makeKeys = () => webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const [authority, server] = await Promise.all([makeKeys(), makeKeys()])
  const notBefore = new Date(Date.now() - 2 * DAY)
  const issuer = [{ CN: ['An authority'] }]
  const common = { signingKey: authority.privateKey, signingAlgorithm: P256, issuer, notBefore }
  const ca = await X509CertificateGenerator.create({
    ...common,
    ...{ serialNumber: '01', subject: issuer, publicKey: authority.publicKey },
    notAfter: new Date(Date.now() + DAY),
    extensions: [new BasicConstraintsExtension(true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign)],
  })
  const cert = await X509CertificateGenerator.create({
    ...common,
    ...{ serialNumber: '02', subject: [{ CN: [name] }], publicKey: server.publicKey },
    notAfter: new Date(Date.now() + endsInMs),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', server.privateKey)
  return { ca: ca.toString('pem'), cert: cert.toString('pem'), key: pem('PRIVATE KEY', key) }
}

async function listening(t: Test, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined)
    sockets.add(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

const CONNACK = Buffer.from([0x20, 2, 0, 0])
const suback = (packet: Buffer) => Buffer.from([0x90, 5, packet[2] ?? 0, packet[3] ?? 0, 0, 1, 1])

/** Grants what a station asks for, and says no more than that. */
function answer(socket: Socket): void {
  socket.once('data', () => {
    socket.write(CONNACK)
    socket.once('data', (packet: Buffer) => socket.write(suback(packet)))
  })
}

async function linkTo(t: Test, mqttUrl: string, more: Partial<LinkDeps> = {}) {
  const log = new KeptLog()
  const heard = { ups: 0, downs: 0, reasons: [] as string[] }
  let up: () => void = () => undefined
  const isUp = new Promise<void>((resolve) => {
    up = resolve
  })
  const credential = { ...makeCredential({ port: 1 }, (await makeKey()).pinned), mqttUrl }
  const presented = { kind: 'key', key: credential.key } as const
  const link = new Link({
    credential,
    login: { presented, accepted: () => undefined, refused: () => false },
    ca: null,
    backoff: { maxMs: 100, refusedMs: HOUR },
    will: () => ({ topic: `talos/acme/gs/${STATION}/state`, payload: '{}' }),
    listener: {
      onUp: () => {
        heard.ups += 1
        up()
      },
      onDown: () => {
        heard.downs += 1
      },
      onFailure: (reason) => heard.reasons.push(reason),
      onBarred: () => undefined,
      onMessage: () => undefined,
    },
    clock: systemClock,
    random: Math.random,
    log,
    ...more,
  })
  link.start()
  t.teardown(() => link.stop({ topic: `talos/acme/gs/${STATION}/state`, payload: '{}' }))
  return { link, log, heard, isUp }
}

async function tlsBroker(t: Test, name: string, endsInMs = DAY) {
  const { ca, cert, key } = await certified(name, endsInMs)
  let secrets = 0
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      secrets += 1
    })
    answer(socket)
  })
  return { port: await listening(t, server), ca, heard: () => secrets }
}

t.test('G4: a broker whose certificate is of the pinned authority and of its name is let in', async (t) => {
  const { port, ca } = await tlsBroker(t, 'localhost')
  const { isUp } = await linkTo(t, `mqtts://localhost:${port}`, { ca })
  await isUp
})

t.test('G4: a broker that is reached by a number is held to the name in the configuration', async (t) => {
  const { port, ca } = await tlsBroker(t, 'station.example')
  const { isUp } = await linkTo(t, `mqtts://127.0.0.1:${port}`, { ca, serverName: 'station.example' })
  await isUp
})

for (const [what, serverCase, reason] of [
  ['of another authority', { name: 'localhost', ownCa: false }, /certificate/i],
  ['of another name', { name: 'elsewhere.example', ownCa: true }, /altnames|hostname/i],
  ['that has expired', { name: 'localhost', ownCa: true, endsInMs: -HOUR }, /expired/i],
] as const)
  t.test(`G4 G9: a certificate ${what} gets no secret; why is said, and it is tried again`, async (t) => {
    const endsInMs = 'endsInMs' in serverCase ? serverCase.endsInMs : DAY
    const { port, ca, heard } = await tlsBroker(t, serverCase.name, endsInMs)
    const trusted = serverCase.ownCa ? ca : (await certified('localhost')).ca
    const { log, heard: said } = await linkTo(t, `mqtts://localhost:${port}`, { ca: trusted })
    await log.until(/^not connected/)
    await log.until(/^not connected/, log.lines.length)
    t.match(said.reasons[0], reason)
    t.equal(heard(), 0, 'nothing of ours was sent')
    t.equal(said.ups, 0)
  })

t.test('a name that nobody knows is said, and tried again', async (t) => {
  const { log, heard } = await linkTo(t, 'mqtts://no-such-host.invalid:8883')
  await log.until(/^not connected/)
  t.match(heard.reasons[0], /ENOTFOUND|EAI_AGAIN/)
  await log.until(/^not connected/, log.lines.length)
})

t.test('a captive portal that answers HTTP is no broker: plain or TLS', async (t) => {
  const page = createHttpServer((_request, response) => response.end('<html>Accept our terms</html>'))
  page.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n<html>terms</html>'))
  const port = await listening(t, page)
  for (const scheme of ['mqtt', 'mqtts']) {
    const { log, heard } = await linkTo(t, `${scheme}://localhost:${port}`)
    await log.until(/^not connected/)
    await log.until(/^not connected/, log.lines.length)
    t.equal(heard.ups, 0)
    t.not(heard.reasons[0] ?? '', '')
  }
})

t.test('F6: a connection of which nothing comes back is found by the keepalive', async (t) => {
  const server = createServer((socket) => answer(socket))
  const port = await listening(t, server)
  const { isUp, heard, log } = await linkTo(t, `mqtt://127.0.0.1:${port}`, { keepaliveS: 1 })
  await isUp
  await log.until(/^not connected: .*keepalive/i)
  t.equal(heard.downs, 1)
})
