/**
 * The plans that this station holds, as the signed text in which they came, and the receipts of those that are done.
 * Every write is atomic, every plan is verified again when it is read: a kill at any byte costs at most the message
 * that was never acknowledged.
 * @module
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { TalosError } from '../shared/errors.js'
import { idSchema, MAX_HELD_PLANS, type Plan, type Receipt, receiptSchema } from '../shared/messages.js'
import { type PlanMessage, verifyPlan } from '../shared/signed.js'
import { type Clock, DAY } from '../shared/time.js'
import { removeDurably, removeLeftovers, writeAtomic } from './files.js'
import { type Log, reasonOf } from './log.js'
import type { PinnedKeys } from './pinned-keys.js'
import { SealedFile, seal, unseal } from './sealed-file.js'

export interface StoredPlan {
  readonly contactId: string
  readonly seq: number
  readonly jti: string
  /** When it was signed, seconds since the epoch. */
  readonly iat: number
  /** SHA-256 of the text. */
  readonly hash: string
  readonly plan: Plan
}

/** What was withdrawn, so that an old plan that is played back does not come to life again. */
const tombstonesSchema = z.array(
  z.strictObject({ contactId: idSchema, seq: z.int().min(0), until: z.number() }),
)
type Tombstone = z.infer<typeof tombstonesSchema>[number]

/** Ten times the plans: a hostile broker can only replay what was once signed for this station. */
const MOST_TOMBSTONES = 10 * MAX_HELD_PLANS
/** A tombstone outlives every plan of its contact: directors plan two days ahead. */
const TOMBSTONE_MS = 7 * DAY
/** A receipt that nobody has settled in this time makes room when the store is full. */
const UNSETTLED_MS = 3 * DAY

export const hashOf = (jws: string): string => createHash('sha256').update(jws).digest('hex')

const contactIdOf = (name: string, suffix: string): string | null => {
  if (!name.endsWith(suffix)) return null
  const parsed = idSchema.safeParse(name.slice(0, -suffix.length))
  return parsed.success ? parsed.data : null
}

export class PlanStore {
  readonly #plansDir: string
  readonly #receiptsDir: string
  readonly #quarantineDir: string
  readonly #tombstoneFile: SealedFile<Tombstone[]>
  readonly #plans = new Map<string, StoredPlan>()
  readonly #receipts = new Map<string, Receipt>()
  /** Contacts whose receipts are on their way to the disk. */
  readonly #unwritten = new Set<string>()
  /** Whose receipts the disk did not take, and whose it gave back damaged. */
  readonly #refused = new Set<string>()
  readonly #damaged = new Set<string>()
  #tombstones = new Map<string, Tombstone>()

  constructor(
    dataDir: string,
    private readonly keys: Pick<PinnedKeys, 'all'>,
    private readonly stationId: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#plansDir = join(dataDir, 'plans')
    this.#receiptsDir = join(dataDir, 'receipts')
    this.#quarantineDir = join(dataDir, 'quarantine')
    this.#tombstoneFile = new SealedFile(join(dataDir, 'withdrawn.json'), tombstonesSchema)
  }

  /** Reads what is on the disk. What does not verify is set aside and said. */
  async load(): Promise<void> {
    for (const dir of [this.#plansDir, this.#receiptsDir, this.#quarantineDir])
      await mkdir(dir, { recursive: true, mode: 0o700 })
    await removeLeftovers(this.#plansDir)
    await removeLeftovers(this.#receiptsDir)
    await this.#loadTombstones()
    for (const name of await readdir(this.#plansDir)) await this.#loadPlan(name)
    for (const name of await readdir(this.#receiptsDir)) await this.#loadReceipt(name)
  }

  /** All plans held, the earliest AOS first. */
  all(): StoredPlan[] {
    return [...this.#plans.values()].sort((a, b) => a.plan.aos.localeCompare(b.plan.aos))
  }
  get(contactId: string): StoredPlan | undefined {
    return this.#plans.get(contactId)
  }
  receipt(contactId: string): Receipt | undefined {
    return this.#receipts.get(contactId)
  }
  /** Those that a kill does not lose any more. */
  receipts(): Receipt[] {
    return [...this.#receipts.values()].filter(({ contactId }) => !this.#unwritten.has(contactId))
  }

  /** There was a receipt, and nobody can read it any more. */
  hasLostReceipt(contactId: string): boolean {
    return this.#damaged.has(contactId)
  }

  /** The highest sequence number known of a contact, withdrawn or held; -1 when unknown. */
  seqOf(contactId: string): number {
    return Math.max(this.#plans.get(contactId)?.seq ?? -1, this.#tombstones.get(contactId)?.seq ?? -1)
  }

  /**
   * Writes a verified plan. Resolves when it is on the disk: only then may it be acknowledged.
   * @throws TalosError `plan_store_full`
   */
  async put(jws: string, message: Extract<PlanMessage, { op: 'plan' }>): Promise<StoredPlan> {
    const { contactId } = message.plan
    if (!this.#plans.has(contactId)) await this.#makeRoom()
    await writeAtomic(join(this.#plansDir, `${contactId}.jws`), jws)
    // A new version of a plan begins a new story.
    if (this.#receipts.delete(contactId)) await removeDurably(this.#receiptPath(contactId))
    const stored = {
      contactId,
      seq: message.seq,
      jti: message.jti,
      iat: message.iat,
      hash: hashOf(jws),
      plan: message.plan,
    }
    this.#plans.set(contactId, stored)
    return stored
  }

  /**
   * Forgets a plan and its receipt, and remembers that it did. The plan is gone whatever the disk says: a full one must
   * not keep an antenna on a pass that was called off.
   */
  async withdraw(contactId: string, seq: number): Promise<void> {
    this.#tombstones.set(contactId, { contactId, seq, until: this.clock.now() + TOMBSTONE_MS })
    this.#plans.delete(contactId)
    this.#receipts.delete(contactId)
    try {
      await this.#writeTombstones()
    } finally {
      await this.#remove(contactId)
    }
  }

  /** The receipt holds at once. Rejects when the disk does not take it: `retry` tries again. */
  async putReceipt(receipt: Receipt): Promise<void> {
    const { contactId } = receipt
    this.#receipts.set(contactId, receipt)
    this.#unwritten.add(contactId)
    try {
      await writeAtomic(this.#receiptPath(contactId), JSON.stringify(seal(receipt)))
      this.#refused.delete(contactId)
    } catch (cause) {
      this.#refused.add(contactId)
      throw cause
    } finally {
      this.#unwritten.delete(contactId)
    }
  }

  /** Writes the receipts that a full disk did not take. Rejects when it still does not. */
  async retry(): Promise<void> {
    for (const contactId of this.#refused) {
      const receipt = this.#receipts.get(contactId)
      if (receipt === undefined) this.#refused.delete(contactId)
      else await this.putReceipt(receipt)
    }
  }

  #receiptPath(contactId: string): string {
    return join(this.#receiptsDir, `${contactId}.json`)
  }

  async #remove(contactId: string): Promise<void> {
    this.#plans.delete(contactId)
    this.#receipts.delete(contactId)
    await removeDurably(join(this.#plansDir, `${contactId}.jws`))
    await removeDurably(this.#receiptPath(contactId))
  }

  async #makeRoom(): Promise<void> {
    if (this.#plans.size < MAX_HELD_PLANS) return
    const before = this.clock.now() - UNSETTLED_MS
    const [oldest] = this.all()
    if (oldest === undefined || Date.parse(oldest.plan.los) > before)
      throw new TalosError(
        'plan_store_full',
        `${this.#plans.size} plans are held. Withdraw those that are settled.`,
      )
    this.log.warn('a plan that nobody settled makes room', { contactId: oldest.contactId })
    await this.#remove(oldest.contactId)
  }

  async #loadTombstones(): Promise<void> {
    const stored = await this.#tombstoneFile.read()
    if (stored.kind === 'corrupt') this.log.error('the list of withdrawn plans is unreadable')
    if (stored.kind !== 'ok') return
    const now = this.clock.now()
    this.#tombstones = new Map(stored.value.filter((t) => t.until > now).map((t) => [t.contactId, t]))
  }

  async #writeTombstones(): Promise<void> {
    const now = this.clock.now()
    for (const [contactId, { until }] of this.#tombstones)
      if (until <= now || this.#tombstones.size > MOST_TOMBSTONES) this.#tombstones.delete(contactId)
    await this.#tombstoneFile.write([...this.#tombstones.values()])
  }

  async #loadPlan(name: string): Promise<void> {
    try {
      const jws = await readFile(join(this.#plansDir, name), 'utf8')
      const message = await verifyPlan(jws, this.keys.all)
      const contactId = contactIdOf(name, '.jws')
      if (message.op !== 'plan' || message.plan.contactId !== contactId || message.aud !== this.stationId)
        throw new Error('the file does not hold the plan that its name promises')
      // A kill between withdrawing and removing: the withdrawal holds.
      if ((this.#tombstones.get(contactId)?.seq ?? -1) >= message.seq) {
        await this.#remove(contactId)
        return
      }
      const { seq, jti, iat, plan } = message
      this.#plans.set(contactId, { contactId, seq, jti, iat, hash: hashOf(jws), plan })
    } catch (cause) {
      await this.#quarantine(this.#plansDir, name, cause)
    }
  }

  async #loadReceipt(name: string): Promise<void> {
    try {
      const text = await readFile(join(this.#receiptsDir, name), 'utf8')
      const receipt = unseal(JSON.parse(text), receiptSchema)
      if (receipt.contactId !== contactIdOf(name, '.json')) throw new Error('it is of another contact')
      const plan = this.#plans.get(receipt.contactId)
      // A kill between replacing a plan and removing its old receipt: the receipt is of the old one.
      if (plan?.hash === receipt.hash) this.#receipts.set(receipt.contactId, receipt)
      else await removeDurably(join(this.#receiptsDir, name))
    } catch (cause) {
      this.#damaged.add(contactIdOf(name, '.json') ?? name)
      await this.#quarantine(this.#receiptsDir, name, cause)
    }
  }

  async #quarantine(dir: string, name: string, cause: unknown): Promise<void> {
    const to = join(this.#quarantineDir, `${this.clock.now()}-${name}`)
    this.log.error('a stored file is damaged and was set aside', {
      file: join(dir, name),
      to,
      reason: reasonOf(cause),
    })
    try {
      await rename(join(dir, name), to)
    } catch (again) {
      // It is not heeded where it lies, either.
      this.log.error('a damaged file could not be set aside', { file: name, reason: reasonOf(again) })
    }
  }
}
