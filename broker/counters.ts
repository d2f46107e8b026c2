/**
 * What the broker counts of itself, for metrics. Plain numbers that are incremented in place, because some of them are
 * counted with every message; whoever wants them reads a snapshot. Every name is made by the program, never by the wire.
 * @module
 */
import type { ErrorCode } from '../shared/errors.js'
import type { PrincipalKind } from '../shared/principal.js'
import type { ParsedTopic } from '../shared/topics.js'
import type { EndReason, RefusalEvent } from './contracts.js'
import { LIMIT_NAMES, type LimitName } from './limits.js'

export type MessageKind = ParsedTopic['kind']
/** A station said too much; a reader does not read; a payload breaks its schema; a publish without the right to it. */
export type DropReason = 'over_rate' | 'slow_reader' | 'schema' | 'denied'
/** Beside the error codes: sockets that were turned away before they had said anything. */
export type DoorReason = 'no_room' | 'timeout' | 'handshake'
export type RefusalKind = RefusalEvent['kind']
export type RefusalReason = ErrorCode | DoorReason

export interface Counts {
  readonly connectsAccepted: Readonly<Record<PrincipalKind, number>>
  /** Sockets whose peer went away before its CONNECT was whole. */
  readonly connectsAbandoned: number
  /** By what was refused, then by why; reasons that never came up are absent. */
  readonly refused: Readonly<Record<RefusalKind, Readonly<Partial<Record<RefusalReason, number>>>>>
  /** Connections that ended, by why. */
  readonly ended: Readonly<Record<EndReason, number>>
  /** Messages of clients that were taken. */
  readonly messagesIn: Readonly<Record<MessageKind, number>>
  /** Messages that were handed to readers: one for each reader. */
  readonly messagesOut: Readonly<Record<MessageKind, number>>
  readonly dropped: Readonly<Record<DropReason, number>>
  /** How often each limit has bitten. */
  readonly limited: Readonly<Record<LimitName, number>>
}

const ofKinds = (): Record<MessageKind, number> => ({
  ...{ info: 0, state: 0, telemetry: 0, command: 0, plan: 0, ack: 0, control: 0, contact: 0, refresh: 0 },
})
const ofReasons = (): Partial<Record<RefusalReason, number>> => ({})

export class Counters {
  readonly connectsAccepted: Record<PrincipalKind, number> = { station: 0, user: 0, service: 0 }
  connectsAbandoned = 0
  readonly refused = {
    ...{ connect: ofReasons(), publish: ofReasons(), subscribe: ofReasons(), message: ofReasons() },
  }
  readonly ended: Record<EndReason, number> = {
    ...{ goodbye: 0, lost: 0, taken_over: 0, cut: 0, expired: 0, denied: 0, rate_limited: 0, too_large: 0 },
    ...{ slow_reader: 0, protocol_error: 0, stopped: 0 },
  }
  readonly messagesIn = ofKinds()
  readonly messagesOut = ofKinds()
  readonly dropped: Record<DropReason, number> = { over_rate: 0, slow_reader: 0, schema: 0, denied: 0 }
  readonly limited = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 0])) as Record<LimitName, number>

  /** Counts a refusal. */
  refuse(kind: RefusalKind, reason: RefusalReason): void {
    const reasons = this.refused[kind]
    reasons[reason] = (reasons[reason] ?? 0) + 1
  }

  /** The numbers as they stand now; nothing counted later changes them. */
  snapshot(): Counts {
    const { refused } = this
    return {
      connectsAccepted: { ...this.connectsAccepted },
      connectsAbandoned: this.connectsAbandoned,
      refused: {
        connect: { ...refused.connect },
        publish: { ...refused.publish },
        subscribe: { ...refused.subscribe },
        message: { ...refused.message },
      },
      ended: { ...this.ended },
      messagesIn: { ...this.messagesIn },
      messagesOut: { ...this.messagesOut },
      dropped: { ...this.dropped },
      limited: { ...this.limited },
    }
  }
}
