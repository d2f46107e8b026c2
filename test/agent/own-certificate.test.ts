import { readFile, stat } from 'node:fs/promises'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { type Credential, credentialPath, loadCredential, saveCredential } from '../../agent/credential.js'
import { CredentialFile } from '../../agent/credential-file.js'
import { fingerprintOf, newPrivateKey } from '../../agent/key-pair.js'
import { OwnCertificate } from '../../agent/own-certificate.js'
import { DAY, HOUR, MINUTE } from '../../shared/time.js'
import { KeptLog, makeCredential, makeKey, STATION, tempDir } from '../support/agent-bench.js'
import { ModelCertificates } from '../support/model-certificates.js'

const START = Date.UTC(2026, 0, 1)

/** An agent that can end at any point and start again, and the core that it asks. */
class World {
  ms = START
  connects = 0
  readonly log = new KeptLog()
  readonly core = new ModelCertificates(STATION, () => this.ms)

  private constructor(
    readonly path: string,
    public own: OwnCertificate,
    public file: CredentialFile,
  ) {}

  static async make(t: Test, more: Partial<Credential> = {}): Promise<World> {
    const { pinned } = await makeKey()
    const path = credentialPath(await tempDir(t))
    const mqttUrl = 'mqtts://talos.example:8883'
    const credential = { ...makeCredential({ port: 1 }, pinned), mqttUrl, ...more }
    await saveCredential(path, credential)
    const world = new World(path, undefined as never, undefined as never)
    await world.restart()
    return world
  }

  async restart(): Promise<void> {
    this.file = new CredentialFile(this.path, await loadCredential(this.path))
    this.own = new OwnCertificate({
      file: this.file,
      request: (body) => this.core.answer(body),
      reconnect: () => {
        this.connects++
      },
      clock: { now: () => this.ms, monotonic: () => this.ms },
      random: () => 0.5,
      log: this.log,
    })
  }

  /** Connects as the agent would. Returns the CONNACK, or null when it has only its key. */
  async connect(): Promise<0 | 4 | null> {
    const { presented } = this.own
    if (presented === null) return null
    const code = this.core.connack(presented.serial, fingerprintOf(presented.privateKey))
    if (code === 0) await this.own.accepted(presented)
    else this.own.refused(presented)
    return code
  }

  pass(ms: number): Promise<void> {
    this.ms += ms
    return this.own.tick()
  }
}

/** As after an enrollment. */
async function enrolled(t: Test): Promise<World> {
  const world = await World.make(t)
  const privateKey = newPrivateKey()
  world.core.fingerprint = fingerprintOf(privateKey)
  const certificate = world.core.issue(world.core.fingerprint)
  await world.file.change((current) => ({ ...current, identity: { privateKey, certificate } }))
  await world.restart()
  return world
}

t.test(
  'E30: it asks inside the window, with another key pair, proves it, and forgets the former',
  async (t) => {
    const world = await enrolled(t)
    t.equal(await world.connect(), 0)
    const { privateKey } = world.file.current.identity ?? {}
    await world.pass(76 * DAY - 1)
    t.equal(world.core.asked, 0, 'not before the last 14 days')
    await world.pass(8 * DAY)
    t.equal(world.core.asked, 1)
    t.equal(world.connects, 1)
    t.ok(world.file.current.nextIdentity?.certificate)
    t.equal(
      world.file.current.identity?.privateKey,
      privateKey,
      'the former is kept until the next is proved',
    )
    t.equal(await world.connect(), 0)
    t.not(world.file.current.identity?.privateKey, privateKey)
    t.equal(world.file.current.nextIdentity, undefined)
    t.notOk((await readFile(world.path, 'utf8')).includes(JSON.stringify(privateKey)), 'nor on the disk')
    t.equal((await stat(world.path)).mode & 0o777, 0o600)
    await world.pass(MINUTE)
    t.equal(world.core.asked, 1, 'and is at rest')
  },
)

t.test('an agent of before certificates gets its first soon, and holds to its key until then', async (t) => {
  const world = await World.make(t)
  t.equal(world.own.presented, null)
  await world.pass(10 * MINUTE)
  t.equal(world.core.asked, 1)
  t.equal(await world.connect(), 0)
  t.ok(world.file.current.identity?.certificate)
})

t.test('without TLS there is nothing to show a certificate in', async (t) => {
  const world = await World.make(t, { mqttUrl: 'mqtt://127.0.0.1:1883' })
  await world.pass(DAY)
  t.equal(world.core.asked, 0)
  t.equal(world.own.presented, null)
})

t.test('a core that fails is asked less and less often, and never in vain for ever', async (t) => {
  const world = await World.make(t)
  world.core.failing = 503
  for (let i = 0; i < 24 * 60; i++) await world.pass(MINUTE)
  t.ok(world.core.asked > 5 && world.core.asked < 15, `${world.core.asked} times in a day`)
  world.core.failing = null
  await world.pass(9 * HOUR)
  t.equal(await world.connect(), 0)
})

t.test('a lost answer costs nothing: the same key pair asks again', async (t) => {
  const world = await enrolled(t)
  await world.connect()
  world.core.lost = 1
  await world.pass(80 * DAY)
  const { privateKey } = world.file.current.nextIdentity ?? {}
  t.equal(await world.connect(), 0, 'the former works')
  await world.pass(10 * MINUTE)
  t.equal(world.file.current.nextIdentity?.privateKey, privateKey)
  t.equal(await world.connect(), 0)
  t.equal(world.file.current.identity?.privateKey, privateKey)
})

t.test(
  'a certificate that the broker does not take is put aside, and another asked for at once',
  async (t) => {
    const world = await enrolled(t)
    await world.connect()
    for (const one of world.core.known.values()) one.state = 'ended'
    t.equal(await world.connect(), 4)
    t.equal(world.own.presented, null, 'so it is the turn of the key')
    await world.own.tick()
    t.equal(world.core.asked, 1)
    t.equal(await world.connect(), 0)
  },
)

t.test('where even a fresh one is not taken, it does not ask in a loop', async (t) => {
  const world = await enrolled(t)
  world.core.connack = () => 4
  await world.connect()
  for (let i = 0; i < 24 * 60; i++) {
    await world.pass(MINUTE)
    await world.connect()
  }
  t.ok(world.core.asked <= 4, `${world.core.asked} times in a day`)
})

t.test('somebody wants the credentials replaced: now', async (t) => {
  const world = await enrolled(t)
  await world.connect()
  const before = world.file.current.identity?.privateKey
  world.own.ask()
  await world.own.tick()
  t.equal(await world.connect(), 0)
  t.not(world.file.current.identity?.privateKey, before)
})

t.test('E30: killed at any point, again and again, it comes back with a pair that works', async (t) => {
  const steps = fc.array(
    fc.oneof(
      fc.constantFrom('connect', 'kill', 'lose', 'ask', 'fail', 'mend', 'disk'),
      fc.constantFrom(MINUTE, HOUR, DAY, 10 * DAY),
    ),
    { maxLength: 25 },
  )
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const world = await enrolled(t)
      await world.connect()
      for (const step of all) {
        if (typeof step === 'number') await world.pass(step)
        else if (step === 'connect') await world.connect()
        // What was proved at the broker is not written any more.
        else if (step === 'disk') {
          const { presented } = world.own
          if (presented !== null) world.core.connack(presented.serial, fingerprintOf(presented.privateKey))
          await world.restart()
        } else if (step === 'kill') await world.restart()
        else if (step === 'lose') world.core.lost = 1
        else if (step === 'ask') world.own.ask()
        else world.core.failing = step === 'fail' ? 503 : null
        await world.own.stop()
      }
      world.core.failing = null
      world.core.lost = 0
      await world.restart()
      // At most what was begun is in the way: then the one before it works.
      const codes = [await world.connect(), await world.connect()]
      return codes.includes(0)
    }),
    { numRuns: 60 },
  )
})
