import t, { type Test } from 'tap'
import {
  type Credential,
  credentialPath,
  credentialSchema,
  loadCredential,
  saveCredential,
} from '../../agent/credential.js'
import { CredentialFile } from '../../agent/credential-file.js'
import { requestJson } from '../../agent/https.js'
import { Link } from '../../agent/link.js'
import { Logins } from '../../agent/logins.js'
import { OwnKey } from '../../agent/own-key.js'
import type { StationGrant } from '../../shared/api/fleet.js'
import { DAY, HOUR, iso, MINUTE } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import { KeptLog } from '../support/agent-bench.js'
import { ORG, OWNER, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { knock } from '../support/knock.js'
import { join } from './joined.js'

t.setTimeout(120_000)

const LIFE_DAYS = 30
const core = await testCore(t, { env: { TALOS_STATION_KEY_DAYS: String(LIFE_DAYS) } })
const { clock, prisma } = core

const live = (stationId: string) => prisma.stationKey.count({ where: { stationId, revokedAt: null } })

/** The parts of the agent that have to do with its key, on a disk of their own; nothing else turns metal or tells. */
class Machine {
  readonly log = new KeptLog()
  readonly file: CredentialFile
  readonly ownKey: OwnKey
  readonly #link: Link
  #wake: () => void = () => undefined
  downs = 0

  constructor(credential: Credential, dataDir: string) {
    this.file = new CredentialFile(credentialPath(dataDir), credential)
    const common = { clock, random: Math.random, log: this.log }
    const url = (path: string) => `${credential.url}/api/v1/${path}`
    this.ownKey = new OwnKey({
      ...{ ...common, file: this.file, isLinked: () => this.#link.isUp, reconnect: () => this.#link.renew() },
      request: (bearer) => requestJson({ method: 'POST', url: url('station/key'), bearer, body: {} }),
      ask: (bearer) => requestJson({ method: 'GET', url: url('station'), bearer }),
    })
    const certificate = { presented: null, accepted: async () => undefined, refused: () => undefined }
    const state = topics.state(credential.org, credential.stationId)
    const will = () => ({
      topic: state,
      payload: JSON.stringify({ ts: iso(clock.now()), bootId: 'boot-0001', link: 'offline' }),
    })
    this.#link = new Link({
      ...{ ...common, credential, will, ca: null, backoff: { maxMs: 50, refusedMs: 50 } },
      login: new Logins({
        ...{ file: this.file, key: this.ownKey, certificate, changed: () => this.#changed() },
        reconnect: () => this.#link.renew(),
      }),
      listener: {
        onUp: () => this.#changed(),
        onDown: () => {
          this.downs++
        },
        ...{ onFailure: () => undefined, onBarred: () => undefined, onMessage: () => undefined },
      },
    })
  }

  static async on(t: Test, credential: Credential): Promise<Machine> {
    const dataDir = temporaryDirectory(t)
    await saveCredential(credentialPath(dataDir), credential)
    // As a start reads it.
    const machine = new Machine(await loadCredential(credentialPath(dataDir)), dataDir)
    machine.#link.start()
    t.teardown(() => machine.end())
    return machine
  }

  get isUp(): boolean {
    return this.#link.isUp
  }

  /** Linked, with one key and no other. */
  async settled(): Promise<void> {
    await this.until(() => this.#link.isUp && this.file.current.nextKey === undefined)
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
  }

  async end(): Promise<void> {
    await this.#link.stop({ topic: 'none', payload: '' })
  }

  #changed(): void {
    this.#wake()
  }
}

const credentialOf = ({ stationId, org, key, ...grant }: StationGrant): Credential => {
  const { keyIssuedAt, keyRenewAt, mqttUrl, signingKeys } = grant
  return { url: core.localUrl, stationId, org, key, keyIssuedAt, keyRenewAt, mqttUrl, signingKeys }
}

t.test('E30 G11: a year unattended: a new key each month, and never without one that works', async (t) => {
  const grant = await join(core, core.owner, 'Year', ORG)
  const { stationId } = grant
  const machine = await Machine.on(t, credentialOf(grant))
  await machine.settled()
  const keys = [grant.key]
  const days: number[] = []
  for (let day = 1; day <= 365; day++) {
    clock.aheadMs += DAY
    await machine.ownKey.tick()
    await machine.settled()
    const { key } = machine.file.current
    if (key === keys.at(-1)) continue
    keys.push(key)
    days.push(day)
    t.equal(await live(stationId), 1, `day ${day}`)
  }
  const gaps = days.map((day, i) => day - (days[i - 1] ?? 0))
  // The window opens after four fifths of the life; the next is asked for in its first half, by the day.
  t.ok(
    gaps.every((gap) => gap >= 24 && gap <= 28),
    gaps.join(' '),
  )
  t.equal(machine.downs, days.length, 'the link was given up for each new key, and for nothing else')
  t.same(
    machine.log.lines.filter(({ level }) => level !== 'info'),
    [],
  )
  for (const key of keys.slice(0, -1)) {
    t.equal(await knock(grant.mqttUrl, stationId, key), 4)
    // Who is wrong too often must wait.
    clock.aheadMs += MINUTE
  }
  t.equal(new Set(keys).size, keys.length)
  t.equal(
    await prisma.auditEvent.count({ where: { action: 'station.key_prove', targetId: stationId } }),
    days.length,
  )
})

t.test('E30: killed at any point of a rotation the agent comes back with a key that works', async (t) => {
  /** A machine in whose window the next key is asked for. */
  const due = async (name: string) => {
    const grant = await join(core, await core.signIn(OWNER), name, ORG)
    const machine = await Machine.on(t, credentialOf(grant))
    await machine.settled()
    clock.aheadMs += LIFE_DAYS * DAY
    return { grant, machine, stationId: grant.stationId }
  }
  const ask = (bearer: string) => core.program(bearer).api('POST', '/station/key', {})
  const restored = (credential: Credential) => Machine.on(t, credentialSchema.parse(credential))

  await t.test('before the answer came', async (t) => {
    const { grant, machine, stationId } = await due('Answer lost')
    t.equal((await ask(grant.key)).status, 201)
    await machine.end()
    const again = await restored(machine.file.current)
    await again.settled()
    await again.ownKey.tick()
    t.equal(again.file.current.key, grant.key, 'core gives no second one within a minute')
    clock.aheadMs += 3 * MINUTE
    await again.ownKey.tick()
    await again.until(() => again.isUp && again.file.current.key !== grant.key)
    t.equal(await live(stationId), 1)
  })

  await t.test('with the next key on the disk, before it was used', async (t) => {
    const { grant, machine, stationId } = await due('Not used')
    const { body } = await ask(grant.key)
    await machine.end()
    const again = await restored({ ...machine.file.current, nextKey: body })
    await again.settled()
    t.equal(again.file.current.key, body.key)
    t.equal(again.file.current.keyRenewAt, body.renewAt)
    t.equal(await live(stationId), 1)
  })

  await t.test('after core had taken the next key, before the former was forgotten', async (t) => {
    const { grant, machine, stationId } = await due('Not forgotten')
    const { body } = await ask(grant.key)
    await machine.end()
    t.equal(await knock(grant.mqttUrl, stationId, body.key), 0)
    t.equal(await knock(grant.mqttUrl, stationId, grant.key), 4)
    const again = await restored({ ...machine.file.current, nextKey: body })
    await again.settled()
    t.equal(again.file.current.key, body.key)
  })

  await t.test('and when somebody else has asked meanwhile, with a copy of its key', async (t) => {
    const { grant, machine, stationId } = await due('Copied')
    const { body: mine } = await ask(grant.key)
    await machine.end()
    clock.aheadMs += HOUR
    const { body: theirs } = await ask(grant.key)
    const again = await restored({ ...machine.file.current, nextKey: mine })
    await again.settled()
    t.equal(again.file.current.key, grant.key, 'the one that it has goes on')
    clock.aheadMs += HOUR
    await again.ownKey.tick()
    await again.until(() => again.isUp && again.file.current.key !== grant.key)
    t.equal(await knock(grant.mqttUrl, stationId, theirs.key), 4, 'and the thief is out')
    t.equal(await live(stationId), 1)
    const issued = await prisma.auditEvent.count({
      where: { action: 'station.key_issue', targetId: stationId },
    })
    t.equal(issued, 4, 'each key is in the trail: at enrollment, his, theirs, his')
  })
})
