/**
 * Commands to stations: checked, recorded, signed, said once (B23), and answered by the station's ack.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import type { StationMessage } from '../../broker/contracts.js'
import type { CommandRecord, commandsQuery } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { type CommandRequest, OP_CHANNEL, signCommand } from '../../shared/signed.js'
import { iso, SECOND } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId, type OrgRef } from '../http/actor.js'
import type { OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { requireStepUp } from '../http/step-up.js'
import { Acks, type Answer } from './acks.js'
import type { Bus } from './bus.js'
import { commandPage, storeAck } from './command-record.js'
import {
  ACK_WAIT_MS,
  commandAudit,
  commandOf,
  type Issue,
  isCommandOp,
  isMotion,
  OP_PERMISSION,
  recordCommand,
} from './issue-command.js'
import type { Presence } from './presence.js'
import { holdControl } from './station-control.js'
import { stationLocked } from './station-standing.js'
import { findStation } from './stations.js'

/** How long an answer is held back so that the lists show it too. A slow database costs no more than this. */
const STORE_WAIT_MS = SECOND

type AckMessage = Extract<StationMessage, { kind: 'ack' }>

export class Commands {
  readonly #acks = new Acks()
  /** How many stops each station was sent: a motion on its way when one is pressed is withdrawn. */
  readonly #stops = new Map<string, number>()
  /** The newest sequence number of each station, for stops, which ask no database. */
  readonly #lastSeq = new Map<string, number>()
  /** Writes under way, by the id of the command. */
  readonly #writes = new Map<string, Promise<void>>()
  #off: () => void = () => {}

  constructor(
    private readonly context: Context,
    private readonly bus: Bus,
    private readonly presence: Pick<Presence, 'isOnlineIn'>,
    private readonly ackWaitMs: number = ACK_WAIT_MS,
  ) {}

  async start(): Promise<void> {
    this.#off = this.bus.onMessage((message) => {
      if (message.kind === 'ack' && isCommandOp(message.message.op)) this.#heard(message)
    })
    // What an earlier core sent and did not live to hear the answer of.
    const before = new Date(this.context.clock.now() - 2 * ACK_WAIT_MS)
    await this.context.prisma.command.updateMany({
      where: { result: 'sent', issuedAt: { lt: before } },
      data: { result: 'timeout' },
    })
  }

  async stop(): Promise<void> {
    this.#acks.stop()
    this.#off()
    await Promise.all(this.#writes.values())
  }

  list(org: OrgRef, query: z.infer<typeof commandsQuery>) {
    return commandPage(this.context.prisma, org, query)
  }

  /**
   * Sends a command and waits for the answer.
   * @throws TalosError `forbidden`, `step_up_required`, `not_found`, `station_state`, `station_offline`, `station_controlled`,
   * `ack_timeout`, or `command_refused`, whose detail begins with the agent's code
   */
  async send(caller: OrgCaller, stationId: string, request: CommandRequest): Promise<CommandRecord> {
    const permission = OP_PERMISSION[request.op]
    if (!permissionsIn(caller.actor, caller.org.slug).has(permission)) {
      this.context.audit.bestEffort({ ...commandAudit(caller, stationId, request), outcome: 'denied' })
      throw new TalosError('forbidden', `The command ${request.op} needs the permission ${permission}.`)
    }
    // A12: what guards metal is changed by who has just proved who they are; a stop never waits for that.
    if (permission === 'configure_hardware') requireStepUp(caller.actor, this.context.clock.now())
    return request.op === 'stop'
      ? await this.#sendStop(caller, stationId, request)
      : await this.#sendRecorded(caller, stationId, request)
  }

  /**
   * The fastest way to a standstill: that this is a station of the organisation is known from memory, since the broker
   * let it in; the command is said first and written down behind. A slow database holds no stop back.
   */
  async #sendStop(caller: OrgCaller, stationId: string, request: CommandRequest): Promise<CommandRecord> {
    const { prisma } = this.context
    if (!this.presence.isOnlineIn(caller.org.slug, stationId))
      throw await absent(this.context.prisma, caller.org, stationId)
    this.forestall(stationId)
    const issue = this.#issue(stationId, this.#lastSeq.get(stationId) ?? 0)
    const answer = this.#say(caller.org, issue, request)
    this.#write(issue.id, 'a stop was sent and not recorded', () =>
      prisma.$transaction((tx) => recordCommand(this.context, tx, caller, issue, request)),
    )
    return await this.#conclude(caller, issue, request, await answer)
  }

  /** D7: written down first, with its sequence number, in one transaction; said after the commit. */
  async #sendRecorded(caller: OrgCaller, stationId: string, request: CommandRequest): Promise<CommandRecord> {
    const { org } = caller
    const stops = this.#stops.get(stationId)
    const { issue, control } = await this.context.prisma.$transaction(async (tx) => {
      const held = isMotion(request.op)
        ? await holdControl(tx, caller, stationId, this.context.clock.now())
        : null
      const seq = await nextSeq(tx, org, stationId)
      if (seq === null || !this.presence.isOnlineIn(org.slug, stationId))
        throw await absent(tx, org, stationId)
      const issued = this.#issue(stationId, seq)
      await recordCommand(this.context, tx, caller, issued, request)
      return { issue: issued, control: held }
    })
    if (control !== null) this.context.events.emit('control', { org: org.slug, stationId, control })
    this.#lastSeq.set(stationId, Math.max(issue.seq, this.#lastSeq.get(stationId) ?? 0))
    const isWithdrawn = () => isMotion(request.op) && this.#stops.get(stationId) !== stops
    return await this.#conclude(caller, issue, request, await this.#say(org, issue, request, isWithdrawn))
  }

  /** Withdraws every motion that is on its way to this station, as a stop does. */
  forestall(stationId: string): void {
    this.#stops.set(stationId, (this.#stops.get(stationId) ?? 0) + 1)
  }

  #issue(stationId: string, seq: number): Issue {
    return { id: newId(this.context.random), stationId, seq, at: this.context.clock.now() }
  }

  /** Signs and publishes; the answer, or null when none comes. */
  async #say(
    org: OrgRef,
    issue: Issue,
    request: CommandRequest,
    isWithdrawn: () => boolean = () => false,
  ): Promise<Answer | null> {
    const { id, stationId } = issue
    const jws = await signCommand(commandOf(issue, request), this.context.signingKeys.current())
    if (isWithdrawn()) throw await this.#withdraw(issue, request)
    const answer = this.#acks.waitFor(id, stationId, this.ackWaitMs)
    // B23: QoS 0, never retained, never queued.
    this.bus.publish(topics.command(org.slug, stationId, OP_CHANNEL[request.op]), jws, { qos: 0 })
    return await answer
  }

  async #conclude(
    caller: OrgCaller,
    issue: Issue,
    request: CommandRequest,
    answer: Answer | null,
  ): Promise<CommandRecord> {
    const { prisma } = this.context
    const { id, stationId, at } = issue
    const where = { id, result: 'sent' }
    const stored =
      answer?.stored ??
      this.#write(id, 'a time-out was not recorded', () =>
        prisma.command.updateMany({ where, data: { result: 'timeout' } }),
      )
    await Promise.race([stored, delay(STORE_WAIT_MS, undefined, { ref: false })])
    if (answer === null)
      throw new TalosError(
        'ack_timeout',
        `The station did not answer the command ${request.op} within ${this.ackWaitMs / SECOND} s. ` +
          'Whether it obeyed is not known: look at its position.',
      )
    const { ack, receivedAt } = answer
    if (ack.result === 'rejected') {
      // Ends on the terminal of the person who asked: a station must not write there as it likes.
      const said = (ack.detail ?? '').replace(/\p{Cc}/gu, ' ')
      throw new TalosError(
        'command_refused',
        `${ack.code ?? 'malformed'}: the station refused the command ${request.op}. ${said}`.trim(),
      )
    }
    return {
      id,
      stationId,
      op: request.op,
      args: request.args,
      actor: actorId(caller.actor),
      issuedAt: iso(at),
      result: ack.result,
      code: ack.code,
      ackedAt: iso(receivedAt),
    }
  }

  /** The error for a motion that a stop has overtaken; it was never said. */
  async #withdraw({ id }: Issue, { op }: CommandRequest): Promise<TalosError> {
    const code = 'stopped_by_person'
    await this.context.prisma.command.updateMany({ where: { id }, data: { result: 'rejected', code } })
    return new TalosError('command_refused', `${code}: a stop was sent meanwhile, so the ${op} was not.`)
  }

  #heard({ principal, message, receivedAt }: AckMessage): void {
    const { jti } = message
    const stored = this.#write(jti, 'an answer was not recorded', () =>
      storeAck(this.context.prisma, principal.id, message, receivedAt),
    )
    this.#acks.heard(principal.id, { ack: message, receivedAt, stored })
  }

  /** Writes in the background, behind what is still being written of the same command. Never rejects. */
  #write(id: string, failure: string, work: () => Promise<unknown>): Promise<void> {
    const before = this.#writes.get(id) ?? Promise.resolve()
    const write: Promise<void> = before
      .then(work)
      .then(() => {})
      .catch((error: unknown) => this.context.log.error({ err: error, jti: id }, failure))
      .finally(() => {
        if (this.#writes.get(id) === write) this.#writes.delete(id)
      })
    this.#writes.set(id, write)
    return write
  }
}

/** Why there is nobody to tell: no such station here, one that may not be told, or one that is not connected. */
async function absent(tx: Tx, org: OrgRef, stationId: string): Promise<TalosError> {
  const { name, status, lockedAt, lockReason } = await findStation(tx, org, stationId)
  if (status === 'approved' && lockedAt !== null) return stationLocked(lockReason)
  return status === 'approved'
    ? new TalosError('station_offline', `The station «${name}» is not connected; nothing was sent.`)
    : new TalosError('station_state', `The station «${name}» is ${status}; it takes no commands.`)
}

/** D3: the next sequence number of a station in use of this organisation, or null. Its row stays locked. */
async function nextSeq(tx: Tx, org: OrgRef, stationId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ seq: bigint }[]>`
    UPDATE "Station" SET "commandSeq" = "commandSeq" + 1
     WHERE "id" = ${stationId} AND "orgId" = ${org.id} AND "status" = 'approved' AND "lockedAt" IS NULL
    RETURNING "commandSeq" AS "seq"`
  return row === undefined ? null : Number(row.seq)
}
