/**
 * Making a command: who may ask for it, how long it lives, what is written down of it.
 * @module
 */
import { MANUAL_LIFETIME_MS } from '../../shared/messages.js'
import type { Permission } from '../../shared/permissions.js'
import type { Command, CommandOp, CommandRequest } from '../../shared/signed.js'
import { SECOND } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'

/** How long the answer of a station is waited for (design section 7). */
export const ACK_WAIT_MS = 10 * SECOND
/** A command is dead by the time its sender is told that there was no answer. */
const LIFETIME_MS = ACK_WAIT_MS

/** R3: what moves metal and what guards it are separate rights. */
export const OP_PERMISSION = {
  move: 'command_stations',
  stop: 'command_stations',
  park: 'command_stations',
  limits: 'configure_hardware',
  release: 'configure_hardware',
} as const satisfies Record<CommandOp, Permission>

export const isCommandOp = (op: string): op is CommandOp => Object.hasOwn(OP_PERMISSION, op)

/** These begin a motion, which must not follow a stop that was pressed while they were on their way. */
export const isMotion = (op: CommandOp): boolean => op === 'move' || op === 'park'

export interface Issue {
  /** The id of the command (`jti`). */
  readonly id: string
  readonly stationId: string
  readonly seq: number
  /** Epoch ms. */
  readonly at: number
}

const lifetimeOf = (op: CommandOp): number => (op === 'move' ? MANUAL_LIFETIME_MS : LIFETIME_MS)

/** What is signed. */
export const commandOf = ({ id, stationId, seq, at }: Issue, request: CommandRequest): Command => ({
  iss: 'talos-core',
  aud: stationId,
  jti: id,
  seq,
  iat: at / SECOND,
  exp: (at + lifetimeOf(request.op)) / SECOND,
  ...request,
})

/** The part of a command's audit row that is the same whatever became of it. */
export const commandAudit = (caller: OrgCaller, stationId: string, { op }: CommandRequest) =>
  ({
    ...auditOf(caller),
    action: 'command.send',
    targetKind: 'station',
    targetId: stationId,
    detail: { op },
  }) as const

/** Writes the command and its audit row: both, or neither when `tx` does not commit. */
export async function recordCommand(
  context: Context,
  tx: Tx,
  caller: OrgCaller,
  { id, stationId, at }: Issue,
  request: CommandRequest,
): Promise<void> {
  await tx.command.create({
    data: {
      id,
      orgId: caller.org.id,
      stationId,
      op: request.op,
      args: request.args,
      actor: actorId(caller.actor),
      issuedAt: new Date(at),
      expiresAt: new Date(at + lifetimeOf(request.op)),
    },
  })
  const row = commandAudit(caller, stationId, request)
  const detail = { ...request.args, ...row.detail, jti: id }
  await context.audit.record(tx, { ...row, detail, outcome: 'success' })
}
