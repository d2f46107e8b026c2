import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { hashOf, PlanStore } from '../../agent/plan-store.js'
import type { Receipt } from '../../shared/messages.js'
import { signPlan, verifyPlan } from '../../shared/signed.js'
import { iso, systemClock } from '../../shared/time.js'
import { KeptLog, makeKey, makePlan, STATION, tempDir } from '../support/agent-bench.js'

/**
 * A disk that loses power: after so many steps nothing reaches it any more, and of the write in which it happens only the
 * first bytes. What the program does then, its tidying up included, is lost; so it is after a kill.
 */
class Cut {
  steps = 0
  #isOut = false
  readonly #real = { open: fs.open, rename: fs.rename, rm: fs.rm }

  constructor(
    private readonly after: number,
    private readonly bytes: number,
  ) {}

  install(): void {
    const step = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        this.#count()
        return work(...args)
      }
    }
    const open = async (...args: Parameters<typeof fs.open>) => {
      this.#count()
      const handle = await this.#real.open(...args)
      const write = handle.writeFile.bind(handle)
      handle.writeFile = async (data) => {
        try {
          this.#count()
        } catch (cause) {
          await write(Buffer.from(String(data)).subarray(0, this.bytes))
          throw cause
        }
        await write(data)
      }
      handle.sync = step(handle.sync.bind(handle))
      return handle
    }
    Object.assign(fs, { open, rename: step(this.#real.rename), rm: step(this.#real.rm) })
    syncBuiltinESMExports()
  }

  remove(): void {
    Object.assign(fs, this.#real)
    syncBuiltinESMExports()
  }

  #count(): void {
    this.steps += 1
    if (this.steps > this.after) this.#isOut = true
    if (this.#isOut) throw new Error('the power is out')
  }
}

const CONTACT = 'contact-00000001'
const OTHER = 'contact-00000002'

const receiptFor = (hash: string): Receipt => ({
  ...{ contactId: CONTACT, seq: 1, hash, outcome: 'completed', code: null },
  ...{ startedAt: iso(0), endedAt: iso(1), onTargetS: 1.25, trackedS: 1, rmsErrDeg: 0, maxErrDeg: 0 },
  ...{ autonomyS: 0, samples: [] },
})

async function world(t: Test) {
  const { signing, pinned } = await makeKey()
  const log = new KeptLog()
  const dataDir = await tempDir(t)
  const signed = async (contactId: string, seq: number, lengthS: number) => {
    const iat = Date.now() / 1000
    const claims = { iss: 'talos-core', aud: STATION, jti: `plan-${contactId}-${seq}`, seq, iat } as const
    const shape = { contactId, inS: 600, lengthS, prepassInS: 500, az: () => 180, el: () => 45 }
    const jws = await signPlan({ ...claims, exp: iat + 86_400, op: 'plan', plan: makePlan(shape) }, signing)
    const message = await verifyPlan(jws, [pinned])
    if (message.op !== 'plan') throw new Error('it is a plan')
    return { jws, message, hash: hashOf(jws) }
  }
  const open = async () => {
    const store = new PlanStore(dataDir, { all: [pinned] }, STATION, systemClock, log)
    await store.load()
    return store
  }
  const long = await signed(CONTACT, 1, 300)
  const short = await signed(CONTACT, 2, 5)
  const other = await signed(OTHER, 1, 5)
  /** The state from which each story begins: two plans, one of them flown. */
  const begin = async () => {
    await fs.rm(dataDir, { recursive: true, force: true })
    await fs.mkdir(dataDir)
    const store = await open()
    await store.put(long.jws, long.message)
    await store.put(other.jws, other.message)
    await store.putReceipt(receiptFor(long.hash))
    return store
  }
  return { log, dataDir, open, begin, long, short, other }
}

type World = Awaited<ReturnType<typeof world>>

interface Story {
  readonly what: string
  readonly act: (store: PlanStore, w: World) => Promise<unknown>
  /** What must hold of the store that is opened after it; `isDone`: the act was answered. */
  readonly holds: (store: PlanStore, w: World, isDone: boolean) => boolean
}

const STORIES: readonly Story[] = [
  {
    what: 'a plan that is replaced by a shorter one is the old or the new one, whole',
    act: (store, { short }) => store.put(short.jws, short.message),
    holds: (store, { long, short }, isDone) => {
      const hash = store.get(CONTACT)?.hash
      const isNew = hash === short.hash
      // The receipt is of the plan that is held, or there is none.
      const isTrue = (store.receipt(CONTACT) === undefined) === isNew
      return isTrue && (isNew || (hash === long.hash && !isDone))
    },
  },
  {
    what: 'a receipt that is written anew is the old or the new one, whole',
    act: (store, { long }) => store.putReceipt({ ...receiptFor(long.hash), onTargetS: 300.5 }),
    holds: (store, _w, isDone) => {
      const seconds = store.receipt(CONTACT)?.onTargetS
      return seconds === 300.5 || (seconds === 1.25 && !isDone)
    },
  },
  {
    what: 'a plan that is withdrawn is there with its receipt, or gone for good',
    act: (store) => store.withdraw(CONTACT, 1),
    holds: (store, _w, isDone) =>
      store.get(CONTACT) === undefined
        ? store.receipt(CONTACT) === undefined && store.seqOf(CONTACT) === 1
        : !isDone && store.seqOf(CONTACT) === 1,
  },
]

for (const { what, act, holds } of STORIES)
  t.test(`killed at each step of the disk, and within a write: ${what}`, async (t) => {
    const w = await world(t)
    let cuts = 0
    const tryCut = async (after: number, bytes: number): Promise<number> => {
      const store = await w.begin()
      const cut = new Cut(after, bytes)
      cut.install()
      const isDone = await act(store, w).then(
        () => true,
        () => false,
      )
      cut.remove()
      const again = await w.open()
      cuts += 1
      if (!holds(again, w, isDone)) t.fail(`after ${after} steps and ${bytes} bytes`)
      if (again.get(OTHER)?.hash !== w.other.hash) t.fail('the other plan is gone')
      const left = await fs.readdir(w.dataDir, { recursive: true })
      if (left.some((name) => name.startsWith('plans/.') || name.startsWith('receipts/.')))
        t.fail('a half of a file is left')
      return cut.steps
    }
    const steps = await tryCut(Number.POSITIVE_INFINITY, 0)
    for (let after = 0; after < steps; after++) await tryCut(after, 0)
    // The second step is the first write: of all that it writes, so much.
    for (const bytes of [1, 2, 3, 100, 333, 1000, 1777]) await tryCut(1, bytes)
    t.ok(steps >= 6 && cuts === steps + 8, `${steps} steps, ${cuts} cuts`)
    t.equal(w.log.count(/damaged/), 0, 'nothing is torn')
  })

t.test('a receipt with one bit turned anywhere is told to be lost, and nothing is made up', async (t) => {
  const w = await world(t)
  await w.begin()
  const path = join(w.dataDir, 'receipts', `${CONTACT}.json`)
  const whole = await fs.readFile(path)
  for (let i = 0; i < whole.length; i++) {
    const bytes = Buffer.from(whole)
    bytes[i] = (bytes[i] ?? 0) ^ (i % 2 === 0 ? 1 : 2)
    await fs.writeFile(path, bytes)
    const store = await w.open()
    if (store.receipt(CONTACT) !== undefined || !store.hasLostReceipt(CONTACT)) t.fail(`byte ${i}`)
    if (store.all().length !== 2) t.fail(`a plan is gone at byte ${i}`)
  }
  t.equal(w.log.count(/damaged and was set aside/), whole.length)
})

t.test('a list of withdrawals with one bit turned is said, and the plans live', async (t) => {
  const w = await world(t)
  await (await w.begin()).withdraw(CONTACT, 1)
  const path = join(w.dataDir, 'withdrawn.json')
  const whole = await fs.readFile(path)
  for (let i = 0; i < whole.length; i++) {
    const bytes = Buffer.from(whole)
    bytes[i] = (bytes[i] ?? 0) ^ 1
    await fs.writeFile(path, bytes)
    const store = await w.open()
    if (store.all().length !== 1 || store.seqOf(CONTACT) !== -1) t.fail(`byte ${i}`)
  }
  t.equal(w.log.count(/^the list of withdrawn plans is unreadable/), whole.length)
})

t.test('a full disk keeps the receipt in memory, and takes it when there is room', async (t) => {
  const w = await world(t)
  const store = await w.begin()
  const cut = new Cut(0, 0)
  cut.install()
  const receipt = { ...receiptFor(w.long.hash), onTargetS: 42 }
  await t.rejects(store.putReceipt(receipt), /power is out/)
  t.same(store.receipts(), [receipt], 'it is told all the same')
  await t.rejects(store.retry(), /power is out/)
  cut.remove()
  await store.retry()
  t.equal((await w.open()).receipt(CONTACT)?.onTargetS, 42)
})
