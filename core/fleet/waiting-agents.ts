/**
 * Agents that have redeemed a token and wait for a person: what a token that was taken back leaves behind (E19).
 * @module
 */
import type { Tx } from '../context.js'
import { lockStations } from './station-lock.js'

export interface Waiting {
  readonly stationId: string
  readonly tokenId: string
  /** The station announced itself with the token, and nobody else made it: it goes with the wait. */
  readonly isRejected: boolean
}

const waitingOf = (orgId: string, createdById: string, now: Date) =>
  ({ deliveredAt: null, expiresAt: { gt: now }, token: { orgId, createdById } }) as const

/**
 * Locks every station that a token of this person could still change. To be called before the tokens are touched, as
 * whoever redeems one locks the station first.
 */
export async function lockStationsOf(tx: Tx, orgId: string, createdById: string, now: Date): Promise<void> {
  const tokens = await tx.enrollmentToken.findMany({
    where: { orgId, createdById, revokedAt: null, expiresAt: { gt: now }, stationId: { not: null } },
    select: { stationId: true },
  })
  const waiting = await tx.enrollment.findMany({
    where: waitingOf(orgId, createdById, now),
    select: { stationId: true },
  })
  await lockStations(
    tx,
    [...tokens, ...waiting].flatMap(({ stationId }) => stationId ?? []),
  )
}

/**
 * Ends the wait of every agent that came with a token of this person and has not been approved: its secret fetches no key
 * any more. A station that was made beforehand stays pending, for another token; whom somebody has approved keeps that.
 */
export async function endWaitsOf(tx: Tx, orgId: string, createdById: string, now: Date): Promise<Waiting[]> {
  const rows = await tx.enrollment.findMany({
    where: waitingOf(orgId, createdById, now),
    select: { id: true, stationId: true, tokenId: true, token: { select: { stationId: true } } },
    orderBy: { stationId: 'asc' },
  })
  const ended: Waiting[] = []
  for (const { id, stationId, tokenId, token } of rows) {
    const isRejected = token.stationId === null
    const pending = await tx.station.findFirst({ where: { id: stationId, status: 'pending' } })
    if (pending === null) continue
    // Its agent is told that it was turned away; the other one only that its link is over.
    if (isRejected) await tx.station.update({ where: { id: stationId }, data: { status: 'rejected' } })
    else await tx.enrollment.update({ where: { id }, data: { expiresAt: now } })
    ended.push({ stationId, tokenId, isRejected })
  }
  return ended
}
