/**
 * Tells how passes went, again and again until the director withdraws the plan: a receipt is the only thing that a
 * station knows and nobody else does.
 * @module
 */
import { type Ack, ackSchema, type Receipt } from '../shared/messages.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import { topics } from '../shared/topics.js'
import { type Log, reasonOf } from './log.js'
import type { PlanStore } from './plan-store.js'
import type { Publish } from './telemetry.js'

export interface ReceiptsDeps {
  readonly org: string
  readonly stationId: string
  readonly store: PlanStore
  readonly clock: Clock
  readonly log: Log
  readonly publish: Publish
  readonly isUp: () => boolean
}

const EVERY_MS = 30 * SECOND

export class Receipts {
  #timer: NodeJS.Timeout | undefined
  #isTelling = false
  #isAskedAgain = false

  constructor(private readonly deps: ReceiptsDeps) {}

  start(): void {
    const { log } = this.deps
    this.#timer = setInterval(() => {
      void this.tell()
      this.deps.store
        .retry()
        .catch((cause: unknown) => log.error('receipts cannot be written', { reason: reasonOf(cause) }))
    }, EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** All receipts, one after the other: the next leaves when the broker has taken the last. */
  async tell(): Promise<void> {
    if (this.#isTelling) {
      this.#isAskedAgain = true
      return
    }
    this.#isTelling = true
    try {
      do {
        this.#isAskedAgain = false
        for (const receipt of this.deps.store.receipts()) if (!(await this.#tellOne(receipt))) return
      } while (this.#isAskedAgain)
    } finally {
      this.#isTelling = false
    }
  }

  async #tellOne(receipt: Receipt): Promise<boolean> {
    const { org, stationId, store, clock, publish, isUp } = this.deps
    const stored = store.get(receipt.contactId)
    if (!isUp()) return false
    if (stored === undefined) return true
    const ack: Ack = {
      ts: iso(clock.now()),
      jti: stored.jti,
      op: 'plan',
      result: 'done',
      code: receipt.code,
      contactId: receipt.contactId,
      hash: receipt.hash,
      receipt,
    }
    const payload = JSON.stringify(ackSchema.parse(ack))
    return publish(topics.ack(org, stationId, stored.jti), payload, { qos: 1, retain: false })
  }
}
