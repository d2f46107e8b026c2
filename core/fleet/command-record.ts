/**
 * Commands as they are stored and shown.
 * @module
 */
import type { z } from 'zod'
import type { Command as CommandRow } from '../../prisma/generated/client.js'
import { type CommandRecord, commandSchemaOut, type commandsQuery } from '../../shared/api/fleet.js'
import type { Ack } from '../../shared/messages.js'
import type { Tx } from '../context.js'
import type { OrgRef } from '../http/actor.js'
import { pageArgs, pageResult } from '../http/page.js'
import { holds } from './search.js'

export type CommandResult = CommandRecord['result']

/** Which results an ack may replace: they only move on, and a late answer is worth more than a time-out. */
const BEFORE: Readonly<Record<Ack['result'], readonly CommandResult[]>> = {
  accepted: ['sent', 'timeout'],
  rejected: ['sent', 'timeout', 'accepted'],
  done: ['sent', 'timeout', 'accepted'],
}

export const toCommandRecord = (row: CommandRow): CommandRecord => ({
  id: row.id,
  stationId: row.stationId,
  op: row.op,
  args: commandSchemaOut.shape.args.parse(row.args),
  actor: row.actor,
  issuedAt: row.issuedAt.toISOString(),
  result: commandSchemaOut.shape.result.parse(row.result),
  code: row.code,
  ackedAt: row.ackedAt?.toISOString() ?? null,
})

/** Writes what the station answered. An ack for another station's command changes nothing (B12). */
export async function storeAck(tx: Tx, stationId: string, ack: Ack, at: number): Promise<void> {
  await tx.command.updateMany({
    where: { id: ack.jti, stationId, result: { in: [...BEFORE[ack.result]] } },
    data: { result: ack.result, code: ack.code, ackedAt: new Date(at) },
  })
}

/** The newest first. */
export async function commandPage(
  tx: Tx,
  org: OrgRef,
  query: z.infer<typeof commandsQuery>,
): Promise<{ items: CommandRecord[]; nextCursor: string | null }> {
  const { station, search } = query
  const rows = await tx.command.findMany({
    where: {
      orgId: org.id,
      ...(station === undefined ? {} : { stationId: station }),
      ...(search === undefined ? {} : { op: holds(search) }),
    },
    orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }],
    ...pageArgs(query),
  })
  return pageResult(rows, query.limit, toCommandRecord)
}
