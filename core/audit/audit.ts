/**
 * The audit trail: append-only, no foreign keys, so that history outlives its objects (H7).
 * @module
 */
import type { AuditAction, AuditOutcome } from '../../shared/api/audit.js'
import type { Clock } from '../../shared/time.js'
import { type ActorRef, actorId } from '../http/actor.js'
import type { Logger, Tx } from '../ports.js'
import { AuditBound } from './bound.js'

/** Small and free of secrets: ids, names, codes, counts. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

export interface AuditEntry {
  readonly orgId?: string | undefined
  readonly actor: ActorRef
  readonly action: AuditAction
  readonly targetKind?: string | undefined
  readonly targetId?: string | undefined
  readonly outcome: AuditOutcome
  /** Where the request came from. */
  readonly address?: string | undefined
  readonly requestId?: string | undefined
  readonly detail?: AuditDetail | undefined
}

/** Writes under way at once that nobody waits for; beyond that the database is the bottleneck and rows are given up. */
const MAX_PENDING = 50

export class Audit {
  readonly #bound = new AuditBound()
  readonly #pending = new Set<Promise<void>>()

  constructor(
    private readonly prisma: Pick<Tx, 'auditEvent'>,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /**
   * H10: writes the row with `tx`, the transaction of the change itself: neither stands without the other. For the
   * issue, redemption, rotation and end of credentials, for rights and for states.
   */
  async record(tx: Pick<Tx, 'auditEvent'>, entry: AuditEntry): Promise<void> {
    await tx.auditEvent.create({ data: this.#rowOf(entry) })
  }

  /** As `record`, for changes of many things at once. */
  async recordAll(tx: Pick<Tx, 'auditEvent'>, entries: readonly AuditEntry[]): Promise<void> {
    await tx.auditEvent.createMany({ data: entries.map((entry) => this.#rowOf(entry)) })
  }

  #rowOf(entry: AuditEntry) {
    return {
      at: new Date(this.clock.now()),
      orgId: entry.orgId ?? null,
      actorKind: entry.actor.kind,
      actorId: actorId(entry.actor),
      action: entry.action,
      targetKind: entry.targetKind ?? null,
      targetId: entry.targetId ?? null,
      outcome: entry.outcome,
      address: entry.address ?? null,
      requestId: entry.requestId ?? null,
      detail: { ...entry.detail },
    }
  }

  /** B24: for refusals and traffic. Bounded, never throws, never keeps the caller waiting. */
  bestEffort(entry: AuditEntry): void {
    const cause = [entry.action, actorId(entry.actor), entry.targetId, entry.address].join(' ')
    const admitted = this.#bound.admit(cause, this.clock.now())
    if (admitted === null) return
    const { suppressed } = admitted
    this.tryRecord({ ...entry, detail: suppressed === 0 ? entry.detail : { ...entry.detail, suppressed } })
  }

  /** As `bestEffort`, for who keeps bounds of his own. False: too many rows are under way, this one was given up. */
  tryRecord(entry: AuditEntry): boolean {
    if (this.#pending.size >= MAX_PENDING) return false
    const write = this.record(this.prisma, entry)
      .catch((error: unknown) => this.log.warn({ err: error, action: entry.action }, 'audit row not written'))
      .finally(() => this.#pending.delete(write))
    this.#pending.add(write)
    return true
  }

  /** Waits for the rows under way. */
  async drain(): Promise<void> {
    await Promise.all(this.#pending)
  }
}
