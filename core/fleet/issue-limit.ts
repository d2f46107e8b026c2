/**
 * E7: how many tokens one issuer makes. Beyond the limit of an hour it is refused; beyond what is usual it is written
 * down, said in the log and shown by health.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { HOUR } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'

const RETRY_AFTER_S = 600

export class IssueLimit {
  constructor(private readonly context: Pick<Context, 'audit' | 'log' | 'config'>) {}

  /**
   * May this issuer make `count` more?
   * @returns how many it has issued in the last hour
   * @throws TalosError `rate_limited`
   */
  async assertRoom(tx: Tx, { actor, org }: OrgCaller, count: number, now: Date): Promise<number> {
    const { hourlyLimit } = this.context.config.enrollment
    const since = new Date(now.getTime() - HOUR)
    const before = await tx.enrollmentToken.count({
      where: { orgId: org.id, createdById: actorId(actor), createdAt: { gt: since } },
    })
    if (before + count <= hourlyLimit) return before
    throw new TalosError(
      'rate_limited',
      `You have issued ${before} enrollment tokens in the last hour; with ${count} more it would be over the limit of ${hourlyLimit}.`,
      { retryAfterS: RETRY_AFTER_S },
    )
  }

  /**
   * Counts `count` more tokens, inside the transaction that makes them. The lock of all changes of rights, which the
   * caller holds, keeps two from counting at once.
   * @throws TalosError `rate_limited`
   */
  async admit(tx: Tx, caller: OrgCaller, count: number, now: Date): Promise<void> {
    const { audit, log, config } = this.context
    const issuer = actorId(caller.actor)
    const before = await this.assertRoom(tx, caller, count, now)
    const issued = before + count
    const usual = config.thresholds.enrollmentIssuedHourly.warning
    // Told once, where the count passes the threshold.
    if (before >= usual || issued < usual) return
    await audit.record(tx, {
      ...auditOf(caller),
      action: 'enrollment_token.unusual',
      targetKind: 'user',
      targetId: issuer,
      outcome: 'success',
      detail: { issuedInAnHour: issued, usual },
    })
    log.warn(
      { userId: issuer, org: caller.org.slug, issuedInAnHour: issued, usual, address: caller.address },
      'somebody issues unusually many enrollment tokens. Was it not them? Disable them: their open tokens end with it',
    )
  }
}
