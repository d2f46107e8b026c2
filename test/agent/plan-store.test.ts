import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { hashOf, PlanStore } from '../../agent/plan-store.js'
import { MAX_HELD_PLANS, type Receipt } from '../../shared/messages.js'
import { type PublicKey, type SigningKey, signPlan, verifyPlan } from '../../shared/signed.js'
import { DAY, iso, systemClock } from '../../shared/time.js'
import { KeptLog, makeKey, makePlan, STATION, tempDir } from '../support/agent-bench.js'

const signed = (key: SigningKey, contactId: string, seq: number, aud = STATION, lengthS = 5) =>
  signPlan(
    {
      iss: 'talos-core',
      aud,
      jti: `plan-${contactId}-${seq}`,
      seq,
      iat: Date.now() / 1000,
      exp: Date.now() / 1000 + 86_400,
      op: 'plan',
      plan: makePlan({ contactId, inS: 600, lengthS, prepassInS: 500, az: () => 180, el: () => 45 }),
    },
    key,
  )

const contact = (n: number) => `contact-${String(n).padStart(8, '0')}`

class World {
  readonly log = new KeptLog()
  aheadMs = 0
  constructor(
    readonly dataDir: string,
    readonly signing: SigningKey,
    readonly pinned: PublicKey,
  ) {}
  static async make(t: Test): Promise<World> {
    const { signing, pinned } = await makeKey()
    return new World(await tempDir(t), signing, pinned)
  }
  async open(): Promise<PlanStore> {
    const clock = { ...systemClock, now: () => Date.now() + this.aheadMs }
    const store = new PlanStore(this.dataDir, { all: [this.pinned] }, STATION, clock, this.log)
    await store.load()
    return store
  }
  async put(store: PlanStore, contactId: string, seq = 1): Promise<string> {
    const jws = await signed(this.signing, contactId, seq)
    const message = await verifyPlan(jws, [this.pinned])
    if (message.op === 'plan') await store.put(jws, message)
    return jws
  }
}

const receiptFor = (contactId: string, hash: string): Receipt => ({
  contactId,
  seq: 1,
  hash,
  outcome: 'completed',
  code: null,
  startedAt: iso(0),
  endedAt: iso(1),
  onTargetS: 1,
  trackedS: 1,
  rmsErrDeg: 0,
  maxErrDeg: 0,
  autonomyS: 0,
  samples: [],
})

t.test('plans and receipts are found again as they were', async (t) => {
  const world = await World.make(t)
  const store = await world.open()
  const jws = await world.put(store, contact(1), 7)
  await store.putReceipt(receiptFor(contact(1), hashOf(jws)))
  const again = await world.open()
  t.match(again.get(contact(1)), { seq: 7, hash: hashOf(jws), jti: `plan-${contact(1)}-7` })
  t.match(again.receipt(contact(1)), { outcome: 'completed' })
  t.equal(await readFile(join(world.dataDir, 'plans', `${contact(1)}.jws`), 'utf8'), jws)
})

t.test('a receipt is for telling when it is on the disk, and the pass is over before', async (t) => {
  const world = await World.make(t)
  const store = await world.open()
  const jws = await world.put(store, contact(1))
  const receipt = receiptFor(contact(1), hashOf(jws))
  const written = store.putReceipt(receipt)
  t.same(store.receipts(), [], 'a kill now would have it told in other words by the next start')
  t.same(store.receipt(contact(1)), receipt)
  await written
  t.same(store.receipts(), [receipt])
})

t.test('a receipt of an older version of the plan does not come back', async (t) => {
  const world = await World.make(t)
  const store = await world.open()
  const old = await world.put(store, contact(1), 1)
  await store.putReceipt(receiptFor(contact(1), hashOf(old)))
  const path = join(world.dataDir, 'receipts', `${contact(1)}.json`)
  const text = await readFile(path, 'utf8')
  await world.put(store, contact(1), 2)
  t.equal(store.receipt(contact(1)), undefined)
  await writeFile(path, text)
  t.equal((await world.open()).receipt(contact(1)), undefined, 'not even when a kill left it behind')
})

t.test('a plan cut off at any byte is set aside and said; the others live', async (t) => {
  const world = await World.make(t)
  const store = await world.open()
  const jws = await world.put(store, contact(1))
  await world.put(store, contact(2))
  const path = join(world.dataDir, 'plans', `${contact(1)}.jws`)
  const step = Math.ceil(jws.length / 100)
  let damaged = 0
  for (let bytes = 0; bytes < jws.length; bytes += step) {
    await writeFile(path, jws.slice(0, bytes))
    const again = await world.open()
    t.equal(again.get(contact(1)), undefined)
    t.equal(again.all().length, 1)
    damaged += 1
  }
  t.equal(world.log.count(/damaged and was set aside/), damaged)
  t.ok((await readdir(join(world.dataDir, 'quarantine'))).length > 0)
})

t.test('a plan with one bit turned anywhere is set aside', async (t) => {
  const world = await World.make(t)
  const jws = await world.put(await world.open(), contact(1))
  const path = join(world.dataDir, 'plans', `${contact(1)}.jws`)
  for (let i = 0; i < 60; i++) {
    const bytes = Buffer.from(jws)
    const at = Math.floor((i * jws.length) / 60)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(path, bytes)
    t.equal((await world.open()).all().length, 0, `byte ${at}`)
  }
})

t.test(
  'foreign files are set aside: another station, another name, another key, no plan at all',
  async (t) => {
    const world = await World.make(t)
    await world.open()
    const plans = join(world.dataDir, 'plans')
    const stranger = await makeKey()
    await writeFile(
      join(plans, `${contact(1)}.jws`),
      await signed(world.signing, contact(1), 1, 'station-00000002'),
    )
    await writeFile(join(plans, `${contact(2)}.jws`), await signed(world.signing, contact(3), 1))
    await writeFile(join(plans, `${contact(4)}.jws`), await signed(stranger.signing, contact(4), 1))
    await writeFile(join(plans, 'readme.txt'), 'hello')
    await writeFile(join(world.dataDir, 'receipts', `${contact(1)}.json`), '{"contactId":')
    const store = await world.open()
    t.same(store.all(), [])
    t.equal((await readdir(join(world.dataDir, 'quarantine'))).length, 5)
  },
)

t.test('what a kill left between writing and renaming is cleared away', async (t) => {
  const world = await World.make(t)
  await world.open()
  const left = join(world.dataDir, 'plans', `.${contact(1)}.jws.0123456789ab.tmp`)
  await writeFile(left, 'half')
  await world.open()
  t.same(await readdir(join(world.dataDir, 'plans')), [])
})

t.test('a withdrawal holds over a kill before the file was removed', async (t) => {
  const world = await World.make(t)
  const store = await world.open()
  const jws = await world.put(store, contact(1), 3)
  await store.withdraw(contact(1), 3)
  await writeFile(join(world.dataDir, 'plans', `${contact(1)}.jws`), jws)
  const again = await world.open()
  t.equal(again.get(contact(1)), undefined)
  t.equal(again.seqOf(contact(1)), 3)
  world.aheadMs = 8 * DAY
  t.equal((await world.open()).seqOf(contact(1)), -1, 'and is forgotten when no plan of it can be alive')
})

t.test('a full store says so, and makes room only from what nobody settled for days', async (t) => {
  const world = await World.make(t)
  const store = await world.open()
  for (let n = 0; n < MAX_HELD_PLANS; n++) await world.put(store, contact(n))
  await t.rejects(world.put(store, contact(999)), { code: 'plan_store_full' })
  await world.put(store, contact(5), 2)
  world.aheadMs = 4 * DAY
  await world.put(store, contact(999))
  t.equal(store.all().length, MAX_HELD_PLANS)
})

t.test(
  'field C1: killed with SIGKILL at any moment, nothing acknowledged is lost and nothing is torn',
  async (t) => {
    const world = await World.make(t)
    const messages: string[] = []
    // Long and short plans under the same names, so that a torn write would show.
    for (let n = 0; n < 6; n++)
      for (const lengthS of [5, 500])
        messages.push(await signed(world.signing, contact(n), 1, STATION, lengthS))
    const hashes = new Set(messages.map(hashOf))
    const file = join(world.dataDir, 'messages.json')
    await writeFile(file, JSON.stringify({ pinned: world.pinned, messages }))
    const dataDir = join(world.dataDir, 'data')
    await mkdir(dataDir)
    const writer = new URL('./plan-store.writer.js', import.meta.url).pathname
    for (let kill = 0; kill < 12; kill++) {
      const child = spawn(process.execPath, [writer, dataDir, file], { stdio: ['ignore', 'pipe', 'inherit'] })
      const acknowledged = new Map<string, string>()
      let lines = 0
      const after = 1 + kill * 5
      for await (const line of createInterface({ input: child.stdout })) {
        const [contactId = '', hash = ''] = line.split(' ')
        acknowledged.set(contactId, hash)
        lines += 1
        if (lines === after) child.kill('SIGKILL')
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      const store = new PlanStore(dataDir, { all: [world.pinned] }, STATION, systemClock, world.log)
      await store.load()
      for (const contactId of acknowledged.keys()) {
        const held = store.get(contactId)
        if (held === undefined || !hashes.has(held.hash)) t.fail(`${contactId} is lost after kill ${kill}`)
      }
    }
    t.equal(world.log.count(/damaged/), 0)
  },
)
