import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { makeCsr } from '../../../agent/csr.js'
import { stationUri } from '../../../core/crypto/x509.js'
import { DAY, HOUR } from '../../../shared/time.js'
import { fingerprintOfKey, newKeyPair } from '../../support/certified.js'
import { type FleetWorld, fleetWorld } from './world.js'

const pending = async (world: FleetWorld) => (await world.token({ preApproved: false })).text
const join = (world: FleetWorld, token: string, csr?: string, nonce = 'nonce-00000001') =>
  world.fleet.enrollment.redeem(
    world.request(token, { nonce, ...(csr === undefined ? {} : { csr }) }),
    world.agent,
  )

t.test('E16: the grant brings a certificate for the key of the request, and for nobody else', async (t) => {
  const world = await fleetWorld(t)
  const { prisma } = world
  const key = newKeyPair()
  const { text } = await world.token()
  const answer = await join(world, text, makeCsr(key))
  if (answer.status !== 'approved') return t.fail('it waits')
  const { stationId, certificate } = answer.grant
  if (certificate === undefined) return t.fail('no certificate')
  const [own, issuer] = certificate.certificate.split(/(?<=-----END CERTIFICATE-----\n)/)
  const parsed = new X509Certificate(own ?? '')
  t.ok(parsed.verify(new X509Certificate(issuer ?? '').publicKey), 'with the chain behind it')
  t.equal(parsed.subjectAltName, `URI:${stationUri(stationId)}`)
  t.ok(parsed.checkPrivateKey(key))
  t.equal(Date.parse(certificate.notAfter) - Date.parse(certificate.renewAt), 14 * DAY)
  t.equal(
    (await prisma.station.findUniqueOrThrow({ where: { id: stationId } })).fingerprint,
    fingerprintOfKey(key),
  )
  t.ok((await world.trail(stationId)).includes('station.certificate_issue success'))
  // E29: the same agent again: one certificate lives.
  t.equal((await join(world, text, makeCsr(key))).status, 'approved')
  t.equal(await prisma.stationCertificate.count(), 2)
  t.equal(await prisma.stationCertificate.count({ where: { revokedAt: null, stationId } }), 1)
})

t.test('an agent without a request gets a key alone, as before', async (t) => {
  const world = await fleetWorld(t)
  const answer = await join(world, (await world.token()).text)
  if (answer.status !== 'approved') return t.fail('it waits')
  t.notOk('certificate' in answer.grant)
  t.equal(await world.prisma.stationCertificate.count(), 0)
})

t.test('a request that is refused spends no token', async (t) => {
  const world = await fleetWorld(t)
  const { text } = await world.token()
  await t.rejects(join(world, text, 'no PEM'), { code: 'csr_refused' })
  t.equal((await join(world, text, makeCsr(newKeyPair()))).status, 'approved')
})

t.test('E16, E20: what a person approved is one key pair, and no other gets the grant', async (t) => {
  const world = await fleetWorld(t)
  const { prisma, fleet } = world
  const key = newKeyPair()
  const token = await pending(world)
  const first = await join(world, token, makeCsr(key))
  if (first.status !== 'pending') return t.fail('it does not wait')
  const { stationId } = first
  t.match(await fleet.stations.get(world.acme, stationId), { fingerprint: fingerprintOfKey(key) })
  await t.rejects(
    join(world, token, makeCsr(newKeyPair())),
    { code: 'enrollment_token_invalid' },
    'its nonce, another key',
  )
  const waiting = await join(world, token, makeCsr(key))
  if (waiting.status !== 'pending') return t.fail('its own, signed anew, does not wait')
  const poll = () => fleet.enrollment.poll(waiting.enrollmentId, waiting.pollSecret, world.agent)
  t.match(await poll(), { status: 'pending' })
  await fleet.states.approve(world.person(), stationId)
  const approved = (fingerprint: string) =>
    prisma.station.update({ where: { id: stationId }, data: { fingerprint } })
  await approved('a'.repeat(64))
  await t.rejects(poll(), { code: 'enrollment_token_invalid' }, 'another machine was approved')
  await approved(fingerprintOfKey(key))
  t.match(await poll(), { status: 'approved', grant: { certificate: { serial: /./ } } })
})

t.test('the certificate of one who waited is issued when the grant is made', async (t) => {
  const world = await fleetWorld(t)
  const { fleet, prisma } = world
  const waiting = await join(world, await pending(world), makeCsr(newKeyPair()))
  if (waiting.status !== 'pending') return t.fail('it does not wait')
  t.equal(await prisma.stationCertificate.count(), 0, 'B14: nothing before')
  await fleet.states.approve(world.person(), waiting.stationId)
  const polled = await fleet.enrollment.poll(waiting.enrollmentId, waiting.pollSecret, world.agent)
  if (polled.status !== 'approved') return t.fail('it waits')
  t.ok(polled.grant.certificate)
  t.equal(await prisma.stationCertificate.count(), 1)
})

t.test('a station for certificates takes no agent without one', async (t) => {
  const world = await fleetWorld(t)
  const { fleet } = world
  const made = await fleet.stations.create(world.person(), { name: 'Strict', minElevation: 10, mask: [] })
  await fleet.stations.update(world.person(), made.id, { credential: 'certificate' })
  const { text } = await world.token({ stationId: made.id })
  await t.rejects(join(world, text), { code: 'csr_refused' })
  t.equal((await join(world, text, makeCsr(newKeyPair()))).status, 'approved')
})

t.test('E30: a station of before key pairs is held to the first that it asks with', async (t) => {
  const world = await fleetWorld(t)
  const { stationId, key } = await world.enrolled()
  const keyId = key.split('_')[1] ?? ''
  const caller = { ...world.agent, actor: { kind: 'station', id: stationId, org: 'acme', keyId } } as const
  const own = newKeyPair()
  const { certificates } = world.fleet
  const first = await certificates.renew(caller, { csr: makeCsr(own) })
  t.match(first, { serial: /^[0-9a-f]{32}$/ })
  await t.rejects(certificates.renew(caller, { csr: makeCsr(newKeyPair()) }), { code: 'key_pair_mismatch' })
  const second = await certificates.renew(caller, { csr: makeCsr(own) })
  const ended = world.said.filter(({ name }) => name === 'ended').map(({ event }) => event)
  t.match(ended.at(-1), { credentialId: first.serial }, 'one that was never proved ends for the next')
  t.not(second.serial, first.serial)
  for (let i = 0; i < 8; i++) await certificates.renew(caller, { csr: makeCsr(own) })
  await t.rejects(certificates.renew(caller, { csr: makeCsr(own) }), { code: 'rate_limited' })
  world.clock.aheadMs += HOUR
  await certificates.renew(caller, { csr: makeCsr(own) })
})
