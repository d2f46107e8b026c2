/**
 * Keeps the record of the pass that runs, so that a kill in mid-pass loses no more of it than some seconds, and hands its
 * receipt to the store.
 * @module
 */
import { join } from 'node:path'
import type { Receipt } from '../shared/messages.js'
import { SECOND } from '../shared/time.js'
import { type Log, reasonOf } from './log.js'
import { emptyRecord, type PassRecord, passRecordSchema } from './pass-record.js'
import type { PlanStore, StoredPlan } from './plan-store.js'
import { SealedFile } from './sealed-file.js'

/** A kill in mid-pass loses no more of the record than this. */
const KEEP_EVERY_MS = 10 * SECOND

export class PassKeeper {
  readonly #kept: SealedFile<PassRecord>
  #resumable: PassRecord | null = null
  #keptAt = Number.NEGATIVE_INFINITY
  #writes: Promise<unknown> = Promise.resolve()

  constructor(
    dataDir: string,
    private readonly store: PlanStore,
    private readonly log: Log,
  ) {
    this.#kept = new SealedFile(join(dataDir, 'pass.json'), passRecordSchema)
  }

  async load(): Promise<void> {
    const kept = await this.#kept.read()
    if (kept.kind === 'ok') this.#resumable = kept.value
  }

  /** Resolves when all is on the disk, or the disk has refused it. */
  async written(): Promise<void> {
    await this.#writes
  }

  /** What is known of this pass, from before a restart or an interruption, or an empty record. */
  recordOf({ contactId, hash }: StoredPlan): PassRecord {
    const kept = this.#resumable
    return kept?.contactId === contactId && kept.hash === hash ? kept : emptyRecord(contactId, hash)
  }

  /** The pass is interrupted: should it go on, it goes on with this. */
  suspend(record: PassRecord): void {
    this.#resumable = record
    this.keep(record)
  }

  keep(record: PassRecord): void {
    this.#write(this.#kept.write(record), 'the record of the pass')
  }

  /** As `keep`, seldom. `at` is monotonic ms. */
  keepNowAndThen(record: PassRecord, at: number): void {
    if (at - this.#keptAt < KEEP_EVERY_MS) return
    this.#keptAt = at
    this.keep(record)
  }

  /** @param onWritten told once it is on the disk: after a kill the same pass must not be told in other words */
  settle(receipt: Receipt, onWritten: () => void): void {
    this.#write(this.store.putReceipt(receipt).finally(onWritten), 'a receipt')
  }

  #write(written: Promise<void>, what: string): void {
    const said = written.catch((cause: unknown) =>
      this.log.error(`cannot write ${what}`, { reason: reasonOf(cause) }),
    )
    this.#writes = Promise.all([this.#writes, said])
  }
}
