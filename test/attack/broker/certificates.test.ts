import { once } from 'node:events'
import t, { type Test } from 'tap'
import WebSocket from 'ws'
import {
  type CertifiedCore,
  type CertifiedStation,
  certified,
  certifiedCore,
  connectWith,
  dial,
  fingerprintOfKey,
  handover,
  newKeyPair,
  signedBy,
} from '../../support/certified.js'
import { type ClientPair, ExtendedKeyUsage, TestAuthority } from '../../support/client-certificates.js'
import { ORG } from '../../support/core.js'
import { connectPacket } from '../../support/raw-mqtt.js'

const found = await certifiedCore(t)
if (found === null) {
  t.pass('openssl is not installed')
  process.exit()
}
const core: CertifiedCore = found
const { owner, prisma, context } = core
const DAY = 86_400_000

/** How often a CONNECT was refused for this. */
async function refusals(code: string): Promise<number> {
  const { body } = await owner.api('GET', '/metrics')
  const line = new RegExp(`talos_broker_connects_refused_total\\{reason="${code}"\\} (\\d+)`).exec(body)
  return Number(line?.[1] ?? 0)
}

/** Refused, with this CONNACK, and counted under this code. */
async function isRefused(
  t: Test,
  station: CertifiedStation,
  pair: Pick<ClientPair, 'cert' | 'key'>,
  code: string,
  connack = 4,
) {
  const before = await refusals(code)
  const said = await connectWith(t, core, pair, station.id)
  t.equal(said.code, connack, `CONNACK for ${code}`)
  await said.client.closed
  t.equal(await refusals(code), before + 1, code)
}

const ours = TestAuthority.of(context.authorities.current())

t.test('each refusal says why, in the metrics', async (t) => {
  const station = await certified(core, 'Reasons')
  const foreign = await TestAuthority.make('elsewhere')
  await isRefused(t, station, await foreign.issue(), 'certificate_untrusted')
  await isRefused(
    t,
    station,
    await ours.issue({ usages: [ExtendedKeyUsage.serverAuth] }),
    'certificate_untrusted',
  )
  const past = { notBefore: Date.now() - 2 * DAY, notAfter: Date.now() - 1000 }
  await isRefused(t, station, await signedBy(ours, station, past), 'certificate_expired')
  await isRefused(t, station, (await certified(core, 'Other')).pair, 'bad_credentials')
  // Signed by our own key, and never issued; under the number of one that was, too.
  await isRefused(t, station, await ours.issue({ name: station.id }), 'certificate_untrusted')
  await isRefused(t, station, await ours.issue({ serial: station.serial }), 'certificate_untrusted')
  const { code } = await connectWith(t, core, station.pair, station.id, { clientId: 'station-aaaa-0001' })
  t.equal(code, 2, 'B9: the client id of another')
  for (const username of ['ticket', 'svc_director'])
    t.equal((await connectWith(t, core, station.pair, station.id, { username })).code, 4, username)
  t.equal((await connectWith(t, core, station.pair, station.id)).code, 0)
})

t.test('what the CSR asks for is ignored; what is certified is ours to say', async (t) => {
  const station = await certified(core, 'Modest')
  const row = await prisma.stationCertificate.findUniqueOrThrow({ where: { serial: station.serial } })
  t.equal(row.notAfter.getTime() - row.notBefore.getTime(), 90 * DAY + 300_000)
  for (const [csr, code] of [
    ['no PEM', 'csr_refused'],
    ['x'.repeat(5000), 'invalid_request'],
  ]) {
    const answer = await core.program(station.grant.key).api('POST', '/station/certificate', { csr })
    t.match(answer, { status: 400, body: { code } })
  }
  for (const program of [core.program(), core.program('gsk_x_y'), core.owner, core.director()])
    t.ok([401, 403].includes((await program.api('POST', '/station/certificate', { csr: 'x' })).status))
})

t.test('E20, E30: the next certificate ends the former by its first CONNECT, and not before', async (t) => {
  const station = await certified(core, 'Renewing')
  const first = await connectWith(t, core, station.pair, station.id)
  t.equal(first.code, 0)
  const key = newKeyPair()
  const lost = await station.renew(key, { handover: handover(station.privateKey, key, station.id) })
  t.equal(lost.status, 201)
  t.equal(lost.headers['cache-control'], 'no-store')
  // Its answer did not arrive: the agent asks again, and the lost one is dead.
  const issued = await station.renew(key, { handover: handover(station.privateKey, key, station.id) })
  const next = station.with(key, issued.body)
  await isRefused(t, station, station.with(key, lost.body).pair, 'certificate_revoked')
  t.ok(await first.client.ping(), 'the former still holds')
  t.equal((await connectWith(t, core, station.pair, station.id)).code, 0, 'also anew')
  const fingerprint = () =>
    prisma.station.findUniqueOrThrow({ where: { id: station.id } }).then((row) => row.fingerprint)
  t.equal(await fingerprint(), fingerprintOfKey(station.privateKey), 'held to the former key pair so far')
  const proved = await connectWith(t, core, next.pair, next.id)
  t.equal(proved.code, 0)
  await first.client.closed
  await isRefused(t, station, station.pair, 'certificate_revoked')
  t.equal(await fingerprint(), fingerprintOfKey(key))
  t.ok(await proved.client.ping())
  await context.audit.drain()
  const trail = await prisma.auditEvent.findMany({
    where: { targetId: station.id, action: { startsWith: 'station.certificate' } },
    orderBy: { id: 'asc' },
  })
  t.same(
    trail.map(({ action, actorKind }) => `${action} ${actorKind}`),
    [
      'station.certificate_issue system',
      'station.certificate_prove station',
      'station.certificate_issue station',
      'station.certificate_issue station',
      'station.certificate_prove station',
    ],
  )
})

t.test('two that prove the same certificate at once are one proof', async (t) => {
  const station = await certified(core, 'Twice')
  const codes = await Promise.all(
    Array.from({ length: 5 }, async () => (await connectWith(t, core, station.pair, station.id)).code),
  )
  t.same(new Set(codes), new Set([0]))
  const where = { targetId: station.id, action: 'station.certificate_prove' }
  t.equal(await prisma.auditEvent.count({ where }), 1)
})

t.test('a stolen key gets no certificate for a key pair of the thief', async (t) => {
  const station = await certified(core, 'Robbed')
  const thief = newKeyPair()
  const forged = [
    {},
    { handover: handover(thief, thief, station.id) },
    // Made for another station, or for another key.
    { handover: handover(station.privateKey, thief, 'station-aaaa-0001') },
    { handover: handover(station.privateKey, newKeyPair(), station.id) },
    {
      handover: {
        ...handover(station.privateKey, thief, station.id),
        signature: handover(thief, thief, station.id).signature,
      },
    },
  ]
  for (const body of forged)
    t.match(await station.renew(thief, body), { status: 409, body: { code: 'key_pair_mismatch' } })
  t.equal((await station.renew(station.privateKey)).status, 201, 'for its own it needs no more')
})

t.test('a station that asks in a loop is held back', async (t) => {
  const station = await certified(core, 'Looping')
  const answers = await Promise.all(Array.from({ length: 12 }, () => station.renew(station.privateKey)))
  const refused = answers.filter(({ status }) => status === 429)
  t.equal(refused.length, 3, 'ten in an hour, with the one of its enrollment')
  t.equal(await prisma.stationCertificate.count({ where: { stationId: station.id, revokedAt: null } }), 1)
})

t.test('B18: whatever ends the right hangs up in under a second', async (t) => {
  const cutWithin = async (station: CertifiedStation, act: () => Promise<unknown>, connack: number) => {
    const { code, client } = await connectWith(t, core, station.pair, station.id)
    t.equal(code, 0)
    await act()
    const from = performance.now()
    await client.closed
    t.ok(performance.now() - from < 1000)
    t.equal((await connectWith(t, core, station.pair, station.id)).code, connack)
  }
  const patch = (station: CertifiedStation, credential: string) =>
    owner.api('PATCH', `/orgs/${ORG}/stations/${station.id}`, { credential })
  const set = await certified(core, 'Set')
  await cutWithin(set, async () => t.equal((await patch(set, 'key')).status, 200), 4)
  t.match(await set.renew(set.privateKey), { status: 403, body: { code: 'credential_not_accepted' } })
  t.equal((await patch(set, 'either')).status, 200)
  t.equal((await connectWith(t, core, set.pair, set.id)).code, 0)

  const gone = await certified(core, 'Gone')
  const revoke = () => owner.api('POST', `/orgs/${ORG}/stations/${gone.id}/revoke`, { name: 'Gone' })
  await cutWithin(gone, async () => t.equal((await revoke()).status, 200), 5)

  const locked = await certified(core, 'Locked')
  const lock = () => owner.api('POST', `/orgs/${ORG}/stations/${locked.id}/lock`, { reason: 'ice' })
  await cutWithin(locked, async () => t.equal((await lock()).status, 200), 5)

  const late = await certified(core, 'Late')
  await prisma.station.update({ where: { id: late.id }, data: { expiresAt: new Date(Date.now() - 1) } })
  t.equal((await connectWith(t, core, late.pair, late.id)).code, 5, 'E22')
})

t.test('the setting of a station decides what is accepted', async (t) => {
  const station = await certified(core, 'Strict')
  const path = `/orgs/${ORG}/stations/${station.id}`
  const password = station.grant.key
  t.match(await owner.api('PATCH', path, { credential: 'certificate' }), {
    ...{ status: 409, body: { code: 'station_state' } },
  })
  t.equal((await connectWith(t, core, station.pair, station.id)).code, 0)
  const byKey = await connectWith(t, core, {}, station.id, { password })
  t.equal(byKey.code, 0, 'either')
  t.match(await owner.api('PATCH', path, { credential: 'certificate' }), {
    ...{ status: 200, body: { credential: 'certificate' } },
  })
  await byKey.client.closed
  t.equal((await connectWith(t, core, {}, station.id, { password })).code, 4)
  t.equal((await connectWith(t, core, station.pair, station.id)).code, 0)
  // Over HTTP the key still says who asks; what it gets is for the key pair alone.
  t.equal((await station.renew(station.privateKey)).status, 201)
  // E30: it can be replaced there, too: the refused CONNECT has proved it.
  const { body: next } = await core.program(password).api('POST', '/station/key', {})
  t.equal((await core.program(password).api('GET', '/station')).status, 200)
  t.equal((await connectWith(t, core, {}, station.id, { password: next.key })).code, 4)
  t.equal((await core.program(next.key).api('GET', '/station')).status, 200)
  t.equal((await core.program(password).api('GET', '/station')).status, 401)
  const trail = await prisma.auditEvent.findMany({
    where: { targetId: station.id, action: 'station.update' },
  })
  t.match(trail, [{ detail: { credential: 'certificate' } }])
})

t.test('whoever may name stations may not say what opens the door', async (t) => {
  const station = await certified(core, 'Guarded')
  const { body } = await owner.api('POST', '/auth/api-tokens', {
    name: 'names only',
    permissions: ['view_stations', 'update_stations'],
  })
  const program = core.program(body.secret ?? body.token)
  const path = `/orgs/${ORG}/stations/${station.id}`
  t.match(await program.api('PATCH', path, { credential: 'key' }), {
    status: 403,
    body: { code: 'forbidden' },
  })
  t.equal((await program.api('PATCH', path, { minElevation: 12 })).status, 200)
})

t.test('B19: a database that fails is CONNACK 3, never a no and never a yes', async (t) => {
  const station = await certified(core, 'Broken')
  await prisma.$executeRaw`ALTER TABLE "StationCertificate" RENAME TO "Away"`
  try {
    t.equal((await connectWith(t, core, station.pair, station.id)).code, 3)
  } finally {
    await prisma.$executeRaw`ALTER TABLE "Away" RENAME TO "StationCertificate"`
  }
  t.equal((await connectWith(t, core, station.pair, station.id)).code, 0)
})

t.test('headers that tell of a certificate are believed from nobody', async (t) => {
  const station = await certified(core, 'Header')
  await connectWith(t, core, station.pair, station.id)
  const pem = encodeURIComponent(station.certificate)
  const headers = {
    'x-client-cert': pem,
    'x-ssl-client-cert': pem,
    'ssl-client-verify': 'SUCCESS',
    'x-ssl-client-verify': 'SUCCESS',
    'x-ssl-client-serial': station.serial,
    'x-forwarded-client-cert': `Hash=1;Cert="${pem}";Subject="CN=${station.id}";URI=urn:talos:station:${station.id}`,
    'client-cert': `:${station.certificate.split('\n').slice(1, -2).join('')}:`,
    'x-forwarded-tls-client-cert': pem,
  }
  for (const [method, path] of [
    ['GET', '/station'],
    ['POST', '/station/certificate'],
    ['GET', `/orgs/${ORG}/stations`],
  ] as const)
    t.equal((await core.program().api(method, path, undefined, headers)).status, 401, path)
  // Nor where MQTT comes in over HTTP.
  const socket = new WebSocket(`${core.localUrl.replace(/^http/, 'ws')}/mqtt`, ['mqtt'], {
    ...{ headers: { ...headers, origin: core.url }, ca: core.tls.ca },
  })
  t.teardown(() => socket.terminate())
  const answer = await Promise.race([
    once(socket, 'unexpected-response').then(() => 'refused'),
    once(socket, 'error').then(() => 'refused'),
    once(socket, 'open').then(() => 'open'),
  ])
  if (answer === 'open') {
    const said = once(socket, 'message')
    socket.send(connectPacket({ clientId: station.id, username: station.id }))
    const [bytes] = (await Promise.race([said, once(socket, 'close').then(() => [null])])) as [Buffer | null]
    t.not(bytes?.[3], 0)
  } else t.pass('the handshake was refused')
})

t.test(
  'a retired authority takes its certificates along; the next one issues without a restart',
  async (t) => {
    const station = await certified(core, 'Moving')
    const { client } = await connectWith(t, core, station.pair, station.id)
    const { body: before } = await owner.api('GET', '/certificate-authorities')
    t.match(before.items, [{ state: 'issuing', retiredAt: null }])
    const [{ id }] = before.items
    const retire = () => owner.api('POST', `/certificate-authorities/${id}/retire`, {})
    t.match(await retire(), { status: 409, body: { code: 'conflict' } }, 'not the one that issues')
    const made = await owner.api('POST', '/certificate-authorities', {})
    t.equal(made.status, 201)
    t.match(made.body.items, [{ state: 'issuing' }, { id, state: 'former' }])
    t.ok(await client.ping(), 'what the former issued holds')
    const renewed = await station.renew(station.privateKey)
    const next = station.with(station.privateKey, renewed.body)
    t.match(await retire(), {
      status: 200,
      body: { items: [{ state: 'issuing' }, { state: 'retired', certificates: 0 }] },
    })
    await client.closed
    await isRefused(t, station, station.pair, 'certificate_untrusted')
    t.equal((await connectWith(t, core, next.pair, station.id)).code, 0)
    t.equal((await retire()).status, 404)
    const { sealed } = await prisma.certificateAuthority.findUniqueOrThrow({ where: { id } })
    t.equal(sealed, '', 'nothing is left to sign with')
    // Who holds the former private key makes nothing that is believed.
    await isRefused(t, station, await ours.issue({ name: station.id }), 'certificate_untrusted')
  },
)

t.test('a key without a certificate still opens the door, and half a handshake nothing', async (t) => {
  const station = await certified(core, 'Plain')
  const { code } = await connectWith(t, core, {}, station.id, { password: station.grant.key })
  t.equal(code, 0)
  t.equal((await connectWith(t, core, {}, station.id)).code, 4, 'B1: neither')
  await t.rejects(dial(t, core, { cert: station.certificate, key: (await certified(core, 'X')).pair.key }))
})
