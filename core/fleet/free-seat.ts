/**
 * E8, E20: before a token is made for a station that is there already: may an agent become it, and what stands in the way?
 * @module
 */
import type { Station } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import type { OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { revokeStationCertificates } from './certificates.js'
import { hasProvenItself } from './credential-use.js'
import { revokeStationKeys } from './keys.js'
import { lockStation } from './station-lock.js'
import { findStation } from './stations.js'
import { usableToken } from './token-list.js'

/** Why no agent can become or be this station, whatever token it has (design section 6); null when one can. */
export function whyClosed(
  { status, lockedAt, expiresAt }: Pick<Station, 'status' | 'lockedAt' | 'expiresAt'>,
  now: Date,
): string | null {
  if (status !== 'pending' && status !== 'approved') return status
  if (lockedAt !== null) return 'locked'
  return expiresAt !== null && expiresAt <= now ? 'past its end' : null
}

/** What an earlier token of the station has led to so far, in words; null when nothing has to end for a new one. */
async function standing(tx: Tx, stationId: string, now: Date): Promise<string | null> {
  const active = await tx.enrollmentToken.findFirst({ where: { stationId, ...usableToken(now) } })
  if (active !== null) return `a token for it is active until ${active.expiresAt.toISOString()}`
  const waiting = await tx.enrollment.findFirst({
    where: { stationId, expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
  })
  if (waiting === null) return null
  const since = `an agent has used a token for it at ${waiting.createdAt.toISOString()}`
  return waiting.deliveredAt === null
    ? `${since} and waits for approval`
    : `${since} and has not connected yet`
}

/**
 * Frees the place of a station for another agent. The row of the station stays locked, so that two cannot issue for it at
 * once. What was begun with an earlier token ends, for which `isConfirmed` is asked: tokens, waiting agents, unused keys
 * and certificates.
 * @returns the station, and the ids of the keys and certificates that ended: to be cut after the commit
 * @throws TalosError `not_found`, `station_state`, `confirmation_required`
 */
export async function freeSeat(
  { audit }: Pick<Context, 'audit'>,
  tx: Tx,
  caller: OrgCaller,
  stationId: string,
  isConfirmed: boolean,
  now: Date,
): Promise<{ station: Station; ended: readonly string[] }> {
  await lockStation(tx, stationId)
  const station = await findStation(tx, caller.org, stationId)
  const closed = whyClosed(station, now)
  if (closed !== null)
    throw new TalosError(
      'station_state',
      `The station «${station.name}» is ${closed}; no agent can become it.`,
    )
  // E20: one identity, one machine, one key.
  if (await hasProvenItself(tx, stationId))
    throw new TalosError(
      'station_state',
      `The station «${station.name}» has an agent that has connected. Revoke it, and let the other machine join as a new station.`,
    )
  const found = await standing(tx, stationId, now)
  if (found !== null && !isConfirmed)
    throw new TalosError(
      'confirmation_required',
      `The station «${station.name}» has been given out before: ${found}. Confirm to end that and make a new token.`,
    )
  await revokeOpenTokens({ audit }, tx, caller, stationId, now)
  await tx.enrollment.updateMany({ where: { stationId, expiresAt: { gt: now } }, data: { expiresAt: now } })
  const keys = await revokeStationKeys(tx, stationId, now)
  await withdrawApproval({ audit }, tx, caller, station)
  return { station, ended: [...keys, ...(await revokeStationCertificates(tx, stationId, now))] }
}

/** R11: who was let in was the machine that came; another is asked about anew, unless its token lets it in. */
async function withdrawApproval(
  { audit }: Pick<Context, 'audit'>,
  tx: Tx,
  caller: OrgCaller,
  { id, status }: Station,
): Promise<void> {
  if (status !== 'approved' || (await tx.enrollment.findFirst({ where: { stationId: id } })) === null) return
  await tx.station.update({ where: { id }, data: { status: 'pending', approvedAt: null } })
  await audit.record(tx, {
    ...auditOf(caller),
    ...{ action: 'station.update', targetKind: 'station', targetId: id, outcome: 'success' },
    detail: { status: 'pending', because: 'the place is given to another machine' },
  })
}

async function revokeOpenTokens(
  { audit }: Pick<Context, 'audit'>,
  tx: Tx,
  caller: OrgCaller,
  stationId: string,
  now: Date,
): Promise<void> {
  const revoked = await tx.enrollmentToken.updateManyAndReturn({
    where: { stationId, ...usableToken(now) },
    data: { revokedAt: now },
    select: { id: true },
  })
  for (const { id } of revoked)
    await audit.record(tx, {
      ...auditOf(caller),
      action: 'enrollment_token.revoke',
      targetKind: 'enrollment_token',
      targetId: id,
      outcome: 'success',
      detail: { stationId, because: 'a new one was issued' },
    })
}

/** After the commit: whoever had connected meanwhile with a key that was replaced loses the connection. */
export function cutReplaced({ events }: Pick<Context, 'events'>, keyIds: readonly string[]): void {
  for (const credentialId of keyIds)
    events.emit('ended', { credentialId, reason: 'the station was given to another agent' })
}

/** The organisation's stations of these names, without regard to case; an ended one has left its name to others. */
export const stationsNamed = (tx: Tx, org: OrgRef, names: readonly string[]) =>
  tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT "id", "name" FROM "Station"
     WHERE "orgId" = ${org.id} AND "status" IN ('pending', 'approved') AND lower("name") = ANY(SELECT lower(n) FROM unnest(${[...names]}::text[]) n)`
