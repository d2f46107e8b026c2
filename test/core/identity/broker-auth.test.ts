import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { SignJWT } from 'jose'
import t from 'tap'
import { newId } from '../../../core/crypto/ids.js'
import { newSecret } from '../../../core/crypto/secrets.js'
import { MqttTickets, TICKET_MS } from '../../../core/identity/mqtt-tickets.js'
import { MINUTE, SECOND, systemClock } from '../../../shared/time.js'
import { ORG, type TestCore, testCore } from '../../support/core.js'
import { closed, connectSocket, settled, ticketOf } from '../../support/live.js'

const BAD = { code: 4 }
const REVOKED = { code: 5 }
const CLIENT_ID = { code: 2 }

async function makeStation(core: TestCore, status: string) {
  const { prisma, context } = core
  const org = await prisma.org.findUniqueOrThrow({ where: { slug: ORG } })
  const id = newId(context.random)
  await prisma.station.create({ data: { id, orgId: org.id, name: id, status } })
  const { keyId, hash, text } = newSecret('gsk', context.random)
  await prisma.stationKey.create({
    data: { id: newId(context.random), keyId, secretHash: hash, stationId: id },
  })
  return { id, key: text, keyId }
}

t.test('stations connect by id and key, and by nothing else (B2, B9, B14, B16)', async (t) => {
  const core = await testCore(t)
  const approved = await makeStation(core, 'approved')
  const other = await makeStation(core, 'approved')
  const connect = (username: string, password: string, clientId = username) =>
    settled(t, core.mqttUrl, { username, password, clientId })

  const live = await connect(approved.id, approved.key)
  t.ok(live.connected)
  await t.rejects(connect(approved.id, other.key), BAD, "another station's key")
  await t.rejects(connect(approved.id, `${approved.key.slice(0, -2)}AA`), BAD, 'a wrong secret')
  await t.rejects(connect(approved.id, `gsk_0123456789abcdef_${'A'.repeat(43)}`), BAD, 'an unknown key')
  await t.rejects(connect(approved.id, approved.key.replace('gsk', 'gsa')), BAD, 'another purpose')
  await t.rejects(connect(other.id, other.key, approved.id), CLIENT_ID, 'the client id of another')
  t.ok(live.connected, 'and the victim stays connected')
  for (const status of ['pending', 'rejected', 'revoked']) {
    const station = await makeStation(core, status)
    await t.rejects(connect(station.id, station.key), REVOKED, status)
  }
  await core.prisma.stationKey.updateMany({ where: { keyId: other.keyId }, data: { revokedAt: new Date() } })
  await t.rejects(connect(other.id, other.key), BAD, 'a key that was replaced is as good as unknown')
})

t.test('B18: the end of a key or of a station closes its connection', async (t) => {
  const core = await testCore(t)
  const station = await makeStation(core, 'approved')
  const connect = () =>
    settled(t, core.mqttUrl, { username: station.id, password: station.key, clientId: station.id })
  for (const match of [{ credentialId: station.keyId }, { stationId: station.id }]) {
    const whenClosed = closed(await connect())
    core.context.events.emit('ended', { ...match, reason: 'test' })
    t.ok((await whenClosed) < 1000)
  }
})

t.test('E33: the last use of a key is noted, of many at once too', async (t) => {
  const core = await testCore(t)
  const stations = await Promise.all(Array.from({ length: 20 }, () => makeStation(core, 'approved')))
  const connect = ({ id, key }: { id: string; key: string }) =>
    settled(t, core.mqttUrl, { username: id, password: key, clientId: id })
  await Promise.all(stations.map(connect))
  const keyId = { in: stations.map((station) => station.keyId) }
  const used = () => core.prisma.stationKey.count({ where: { keyId, lastUsedAt: { not: null } } })
  while ((await used()) < stations.length);
  const director = readFileSync(path.join(core.dataDir, 'director.key'), 'utf8').trim()
  await settled(t, core.mqttUrl, { username: 'svc_director', password: director, clientId: 'svc_director:1' })
  while ((await core.prisma.serviceKey.count({ where: { lastUsedAt: { not: null } } })) < 1);
  t.pass()
})

t.test('the director connects with the key of its file, under its own client ids', async (t) => {
  const core = await testCore(t)
  const password = readFileSync(path.join(core.dataDir, 'director.key'), 'utf8').trim()
  const connect = (clientId: string, username = 'svc_director') =>
    settled(t, core.mqttUrl, { username, password, clientId })
  t.ok((await connect('svc_director:1')).connected)
  await t.rejects(connect('somebody'), CLIENT_ID)
  await t.rejects(connect('svc_director:1', 'ticket'), BAD, 'a key is no ticket')
})

t.test('B19: a database that fails is CONNACK 3, never a wrong password', async (t) => {
  const core = await testCore(t)
  const station = await makeStation(core, 'approved')
  await core.prisma.$executeRaw`ALTER TABLE "StationKey" RENAME TO "Gone"`
  await t.rejects(
    settled(t, core.mqttUrl, { username: station.id, password: station.key, clientId: station.id }),
    { code: 3 },
  )
})

t.test('a browser connects by cookie, Origin and ticket together (B11)', async (t) => {
  const core = await testCore(t)
  const { url } = core
  const cookie = core.owner.cookieHeader
  const ticket = () => ticketOf(core.owner)
  const used = await ticket()
  t.match(used.clientId, /^user:[0-9a-f-]{36}:1$/)
  t.ok((await connectSocket(t, { url, ticket: used, origin: url, cookie })).connected)
  await t.rejects(connectSocket(t, { url, ticket: used, origin: url, cookie }), BAD, 'a ticket opens once')

  await t.rejects(connectSocket(t, { url, ticket: await ticket(), cookie }), /closed/, 'no Origin')
  const foreign = { url, ticket: await ticket(), origin: 'https://evil.example', cookie }
  await t.rejects(connectSocket(t, foreign), /closed/, 'a foreign Origin')
  await t.rejects(connectSocket(t, { url, ticket: await ticket(), origin: url }), /closed/, 'no cookie')

  const stolen = await ticket()
  const thief = await core.signIn('owner@example.org')
  const withThief = { url, ticket: stolen, origin: url, cookie: thief.cookieHeader }
  await t.rejects(connectSocket(t, withThief), BAD, 'the ticket of another session')
  const { clientId } = await ticket()
  const mixed = { ...(await ticket()), clientId }
  await t.rejects(connectSocket(t, { url, ticket: mixed, origin: url, cookie }), CLIENT_ID, 'B9')
  const over = await ticket()
  await t.rejects(
    settled(t, core.mqttUrl, { username: 'ticket', password: over.ticket, clientId: over.clientId }),
    BAD,
    'over TCP there is no cookie',
  )
  const late = await ticket()
  core.clock.aheadMs = TICKET_MS + SECOND
  await t.rejects(connectSocket(t, { url, ticket: late, origin: url, cookie }), BAD, 'a minute later')
})

t.test('B17: tokens of one purpose are refused for another', async (t) => {
  const core = await testCore(t)
  const { url } = core
  const cookie = core.owner.cookieHeader
  const good = await ticketOf(core.owner)
  t.equal((await core.program(good.ticket).api('GET', '/auth/me')).status, 401, 'a ticket is no API token')
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  await t.rejects(
    connectSocket(t, { url, ticket: { ...good, ticket: token }, origin: url, cookie }),
    BAD,
    'an API token is no ticket',
  )
})

t.test('B17: a ticket is signed by the one key, of the one type, for the one audience', async (t) => {
  const key = randomBytes(32)
  const tickets = new MqttTickets({ clock: systemClock, random: randomBytes }, key)
  const forge = (over: { typ?: string; aud?: string; key?: Buffer; exp?: number }) =>
    new SignJWT({ sid: 'session-0001', org: ORG, cid: 'user:session-0001:1' })
      .setProtectedHeader({ alg: 'HS256', typ: over.typ ?? 'talos-mqtt+jwt' })
      .setIssuer('talos-core')
      .setAudience(over.aud ?? 'mqtt')
      .setSubject('user-0001')
      .setJti(newId(randomBytes))
      .setIssuedAt()
      .setExpirationTime(over.exp ?? Math.floor(Date.now() / 1000) + 30)
      .sign(over.key ?? key)
  const tryIt = async (over: Parameters<typeof forge>[0]) => tickets.redeem(await forge(over))
  t.equal(await tryIt({ aud: 'api' }), null, 'another audience')
  t.equal(await tryIt({ typ: 'JWT' }), null, 'another type')
  t.equal(await tryIt({ key: randomBytes(32) }), null, 'another key')
  t.equal(await tryIt({ exp: Math.floor(Date.now() / 1000) - 1 }), null, 'expired')
  t.match(await tryIt({}), { sub: 'user-0001', org: ORG }, 'the forgery differs in nothing else')
})

t.test('B27: a ticket needs membership and view_telemetry', async (t) => {
  const core = await testCore(t)
  const ask = (org: string) => core.owner.api('POST', '/auth/mqtt-ticket', { org })
  t.equal((await ask('other-org')).status, 404)
  const ticket = (await ask(ORG)).body
  t.match(ticket, { username: 'ticket', path: '/mqtt' })
  t.ok(Date.parse(ticket.expiresAt) <= Date.now() + MINUTE)
  t.equal((await ask('Not A Slug')).status, 400)
})

t.test('B24: what the broker refuses stands in the audit trail', async (t) => {
  const core = await testCore(t)
  const station = await makeStation(core, 'approved')
  const password = `gsk_0123456789abcdef_${'A'.repeat(43)}`
  await t.rejects(settled(t, core.mqttUrl, { username: station.id, password, clientId: station.id }), BAD)
  await core.context.audit.drain()
  const rows = await core.prisma.auditEvent.findMany({ where: { action: 'broker.refuse' } })
  t.match(rows, [
    { outcome: 'denied', targetKind: 'connect', targetId: 'bad_credentials', address: '127.0.0.1' },
  ])
  t.notOk(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? 0 : value)).includes(password))
})
