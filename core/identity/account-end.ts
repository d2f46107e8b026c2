/**
 * Ending what a person has and what they handed out, inside the change that takes their rights. What has ended stays so,
 * whatever becomes of the person (E19).
 * @module
 */
import type { Permission, Role } from '../../shared/permissions.js'
import { coversRole } from '../../shared/permissions.js'
import type { AuditDetail } from '../audit/audit.js'
import type { Context, Tx } from '../context.js'
import { endWaitsOf, lockStationsOf } from '../fleet/waiting-agents.js'
import { type AuditCaller, auditOf } from '../http/caller.js'
import type { CommandLines } from './command-lines.js'

export interface Person {
  readonly id: string
  readonly email: string
}

/** Stations that waited for approval, and were turned away. */
export type TurnedAway = readonly { readonly org: string; readonly stationId: string }[]

/** What has to be announced after the commit. */
export interface Ending {
  readonly userId: string
  readonly commandLines: readonly string[]
  readonly turnedAway: TurnedAway
  /** Only what was open in that organisation; undefined: everywhere. */
  readonly org?: string
}

export class AccountEnd {
  constructor(
    private readonly context: Context,
    private readonly commandLines: Pick<CommandLines, 'endAll' | 'announce'>,
  ) {}

  /** Ends every session, API token, command line and unfinished sign-in of a person. */
  async endAll(
    tx: Tx,
    { id: userId, email }: Person,
    caller: AuditCaller,
    turnedAway: TurnedAway = [],
  ): Promise<Ending> {
    const now = new Date(this.context.clock.now())
    await tx.session.updateMany({ where: { userId, endedAt: null }, data: { endedAt: now } })
    await tx.apiToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: now } })
    await tx.signInLink.updateMany({ where: { email, consumedAt: null }, data: { consumedAt: now } })
    await tx.pairing.updateMany({
      where: { approvedById: userId, state: 'approved' },
      data: { state: 'denied' },
    })
    return { userId, turnedAway, commandLines: await this.#endCommandLines(tx, userId, caller) }
  }

  /**
   * For somebody who loses one organisation of several: command lines end, because they would come back to life with a
   * new membership; browsers stay signed in, without it.
   */
  async endIn(
    tx: Tx,
    userId: string,
    org: string,
    caller: AuditCaller,
    turnedAway: TurnedAway,
  ): Promise<Ending> {
    return { userId, org, turnedAway, commandLines: await this.#endCommandLines(tx, userId, caller) }
  }

  /** Also those that are approved and have not come for their tokens. */
  async #endCommandLines(tx: Tx, userId: string, caller: AuditCaller): Promise<string[]> {
    await tx.deviceLogin.updateMany({ where: { userId, state: 'authorized' }, data: { state: 'denied' } })
    return await this.commandLines.endAll(tx, userId, caller)
  }

  /** Closes what was open. After the commit. */
  announce({ userId, commandLines, turnedAway, org }: Ending, reason: string): void {
    this.announceTurnedAway(turnedAway)
    this.commandLines.announce(commandLines, 'user_ended')
    this.context.events.emit('ended', { userId, ...(org === undefined ? {} : { org }), reason })
  }

  /**
   * Takes back what a person handed out in an organisation and could not hand out with the rights that are left
   * (`held`): open enrollment tokens, the waits of agents that came with one, open invites. What has come to its end
   * stays: its station, its member are judged by themselves.
   * @returns stations that were turned away by it, to be announced after the commit
   */
  async takeBack(
    tx: Tx,
    userId: string,
    orgId: string,
    held: ReadonlySet<Permission>,
    caller: AuditCaller,
  ): Promise<TurnedAway> {
    const now = new Date(this.context.clock.now())
    await lockStationsOf(tx, orgId, userId, now)
    const open = { orgId, revokedAt: null, expiresAt: { gt: now } }
    const tokens = await tx.enrollmentToken.findMany({
      where: { ...open, createdById: userId, consumedAt: null },
      select: { id: true, preApproved: true },
    })
    for (const { id, preApproved } of tokens) {
      if (held.has('manage_enrollment_tokens') && (!preApproved || held.has('approve_stations'))) continue
      const { count } = await tx.enrollmentToken.updateMany({
        where: { id, consumedAt: null, revokedAt: null },
        data: { revokedAt: now },
      })
      if (count === 1) await this.#record(tx, orgId, caller, 'enrollment_token', id, { issuedBy: userId })
    }
    const turnedAway = held.has('manage_enrollment_tokens')
      ? []
      : await this.#endWaits(tx, userId, orgId, caller, now)
    const invites = await tx.invite.findMany({
      where: { ...open, invitedById: userId, acceptedAt: null },
      select: { id: true, role: true },
    })
    for (const { id, role } of invites) {
      if (held.has('manage_users') && coversRole(held, role as Role)) continue
      const { count } = await tx.invite.updateMany({
        where: { id, acceptedAt: null, revokedAt: null },
        data: { revokedAt: now },
      })
      if (count === 1) await this.#record(tx, orgId, caller, 'invite', id, { issuedBy: userId })
    }
    return turnedAway
  }

  /** After the commit. */
  announceTurnedAway(stations: TurnedAway): void {
    for (const station of stations) this.context.events.emit('station', station)
    if (stations.length > 0) this.context.events.emit('refresh', 'stations')
  }

  async #endWaits(
    tx: Tx,
    userId: string,
    orgId: string,
    caller: AuditCaller,
    now: Date,
  ): Promise<TurnedAway> {
    const waits = await endWaitsOf(tx, orgId, userId, now)
    for (const { stationId, tokenId, isRejected } of waits) {
      const detail = { issuedBy: userId, stationId, waiting: true }
      await this.#record(tx, orgId, caller, 'enrollment_token', tokenId, detail)
      if (isRejected)
        await this.context.audit.record(tx, {
          ...auditOf(caller),
          ...{ orgId, action: 'station.reject', targetKind: 'station', targetId: stationId },
          outcome: 'success',
          detail: { issuedBy: userId, tokenId },
        })
    }
    const { slug: org } = await tx.org.findUniqueOrThrow({ where: { id: orgId } })
    return waits.map(({ stationId }) => ({ org, stationId }))
  }

  async #record(
    tx: Tx,
    orgId: string,
    caller: AuditCaller,
    targetKind: 'enrollment_token' | 'invite',
    targetId: string,
    detail: AuditDetail,
  ): Promise<void> {
    await this.context.audit.record(tx, {
      ...auditOf(caller),
      orgId,
      action: `${targetKind}.revoke`,
      ...{ targetKind, targetId },
      outcome: 'success',
      detail,
    })
  }
}
