import { randomUUID } from 'node:crypto'
import path from 'node:path'
import t, { type Test } from 'tap'
import { type RunningAgent, runAgent } from '../../agent/agent.js'
import type { AgentConfig } from '../../agent/config.js'
import { credentialPath, loadCredential } from '../../agent/credential.js'
import { begin, finish, machineFingerprint } from '../../agent/enroll.js'
import type { EnrollDeps } from '../../agent/enrollment-api.js'
import { DAY, systemClock } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import { KeptLog, makeConfig } from '../support/agent-bench.js'
import { certified, certifiedCore, fingerprintOfKey, signedBy } from '../support/certified.js'
import { type ClientPair, ExtendedKeyUsage, inFiles, TestAuthority } from '../support/client-certificates.js'
import { ORG } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { directorOf, type Ear } from './bus-watch.js'
import { EXIT, publish, withoutMosquitto } from './debian-mqtt.js'
import { state } from './station-messages.js'

t.setTimeout(120_000)

const core = await certifiedCore(t)
if (core === null) {
  t.pass('openssl is not installed')
  process.exit()
}
const { owner, prisma, context, tls, mqttsPort } = core
const ours = TestAuthority.of(context.authorities.current())

t.test(
  'B15: mosquitto_pub with the issued certificate connects and publishes; with any other it is refused',
  { skip: withoutMosquitto() },
  async (t) => {
    const station = await certified(core, 'Svalbard')
    const neighbour = await certified(core, 'Kiruna')
    const folder = temporaryDirectory(t)
    const foreign = await TestAuthority.make(context.authorities.current().certificate.subject.slice(3))
    const say = async (pair: Pick<ClientPair, 'cert' | 'key'>) => {
      const { certFile, keyFile } = inFiles(folder, pair)
      const login = { port: mqttsPort, clientId: station.id, username: station.id, ca: tls.certFile }
      const more = ['--cert', certFile, '--key', keyFile, '-r']
      return (await publish(t, login, topics.state(ORG, station.id), state(), more)).code
    }
    t.equal(await say(station.pair), EXIT.ok)
    t.match((await owner.api('GET', `/orgs/${ORG}/stations/${station.id}`)).body, {
      ...{
        fingerprint: fingerprintOfKey(station.privateKey),
        credential: 'either',
        live: { link: 'offline' },
      },
      certificates: [{ serial: station.serial, revokedAt: null, provenAt: /./ }],
    })
    t.equal(await say(neighbour.pair), EXIT.credentials, "another station's")
    t.equal(await say(await foreign.issue({ name: station.id })), EXIT.credentials, 'a foreign authority')
    const past = { notBefore: Date.now() - 2 * DAY, notAfter: Date.now() - 1000 }
    t.equal(await say(await signedBy(ours, station, past)), EXIT.credentials, 'an expired one')
    const usages = [ExtendedKeyUsage.serverAuth]
    t.equal(await say(await ours.issue({ name: station.id, usages })), EXIT.credentials, 'that of a server')
    t.equal(await say(station.pair), EXIT.ok, 'and its own still does')
    await prisma.stationCertificate.update({
      where: { serial: station.serial },
      data: { revokedAt: new Date() },
    })
    t.equal(await say(station.pair), EXIT.credentials, 'a revoked one')
  },
)

const enrollDeps = (config: AgentConfig, sleep: () => Promise<void>): EnrollDeps => ({
  ...{ config, sleep, clock: systemClock, log: new KeptLog(), newId: randomUUID },
  agent: { version: '0.1.0', hostname: 'pi', platform: 'linux arm64' },
})

async function startAgent(t: Test, config: AgentConfig): Promise<RunningAgent> {
  const log = new KeptLog()
  const agent = await runAgent(config, {
    credential: await loadCredential(credentialPath(config.dataDir)),
    ...{ version: '0.1.0', clock: systemClock, random: Math.random, newId: randomUUID, log },
  })
  t.teardown(async () => {
    if (!t.passing()) t.comment(JSON.stringify(log.lines, null, 1))
    await agent.stop()
  })
  return agent
}

/** The certificate that the station says it has, once it is another than that one. */
async function told(ear: Ear, stationId: string, other = ''): Promise<string> {
  const serialOf = (payload: string) => JSON.parse(payload).certificate?.serial ?? ''
  const topic = topics.info(ORG, stationId)
  const info = await ear.until(
    (m) => m.topic === topic && serialOf(m.payload) !== other && serialOf(m.payload) !== '',
  )
  return serialOf(info.payload)
}

t.test(
  'E16, E30: an agent joins with its own key pair, signs in with it, and replaces it when asked',
  async (t) => {
    const dataDir = path.join(temporaryDirectory(t), 'agent')
    const config = makeConfig(dataDir, { caFile: tls.certFile })
    const created = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, {
      name: 'Roof',
      preApproved: false,
    })
    // The link points at the public address; this is the same core.
    const deps = enrollDeps(config, async () => {
      const { body } = await owner.api('GET', `/orgs/${ORG}/stations?status=pending`)
      const [pending] = body.items
      t.equal(pending.fingerprint, await machineFingerprint(deps), 'what two people compare')
      await owner.api('POST', `/orgs/${ORG}/stations/${pending.id}/approve`)
    })
    t.equal(await begin(created.body.enrollUrl, deps), null)
    const { stationId, identity } = await finish(deps)
    const ear = await directorOf(t, core)
    const agent = await startAgent(t, config)
    const first = await told(ear, stationId)
    t.equal(first, identity?.certificate?.serial)
    const row = (serial: string) => prisma.stationCertificate.findUniqueOrThrow({ where: { serial } })
    t.ok((await row(first)).provenAt, 'it signed in with it')
    const keys = { where: { stationId } }
    // Over HTTP it asks for the time with it.
    t.match(await prisma.stationKey.findMany(keys), [{ provenAt: null }], 'and not with its key')

    const asked = await owner.api('POST', `/orgs/${ORG}/stations/${stationId}/rotate-key`, {})
    t.equal(asked.status, 200)
    const second = await told(ear, stationId, first)
    t.ok((await row(second)).provenAt)
    t.ok((await row(first)).revokedAt, 'E20')
    const kept = await loadCredential(credentialPath(dataDir))
    t.equal(kept.identity?.certificate?.serial, second)
    t.equal(kept.nextIdentity, undefined)
    t.not(kept.identity?.privateKey, identity?.privateKey, 'another key pair')
    const { fingerprint } = await prisma.station.findUniqueOrThrow({ where: { id: stationId } })
    t.equal(fingerprint, await machineFingerprint(deps))

    // From here on the certificate alone opens the door, also after a restart.
    const path_ = `/orgs/${ORG}/stations/${stationId}`
    t.equal((await owner.api('PATCH', path_, { credential: 'certificate' })).status, 200)
    await agent.stop()
    const heard = ear.heard.length
    await startAgent(t, config)
    await ear.until((m) => ear.heard.indexOf(m) >= heard && m.topic === topics.info(ORG, stationId))
    t.match((await owner.api('GET', path_)).body, { online: true, credential: 'certificate' })
  },
)
