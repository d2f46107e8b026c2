/**
 * Judges every packet of a client that was let in: what it says, what it asks for, what it is sent. All of it is
 * synchronous, so nothing can change between the judgement and the act (P21).
 * @module
 */
import type { ErrorCode } from '../shared/errors.js'
import type { StationState } from '../shared/messages.js'
import type { Clock } from '../shared/time.js'
import { covers, type ParsedTopic, parseTopic } from '../shared/topics.js'
import { allowsPublish, allowsSubscribe } from './authorize.js'
import type { Connection } from './connection.js'
import type { EndReason, RefusalEvent, StationMessage } from './contracts.js'
import type { Counters, MessageKind } from './counters.js'
import { judgePlan, judgeStationMessage } from './judge-message.js'
import type { LastStates } from './last-states.js'
import type { Limits } from './limits.js'
import type { Refusals } from './refusals.js'
import type { RetainedMessages } from './retained.js'

/** As much of an Aedes packet as is judged; `publish` and `forward` change it in place. */
export interface PublishPacket {
  topic: string
  payload: Buffer | string
  qos: number
  retain: boolean
  dup: boolean
  messageId?: number
}

/** `drop`: acknowledged, and said to nobody. `close`: the connection is over. */
export type Verdict = 'pass' | 'drop' | 'close'

export interface TrafficOptions {
  readonly limits: Limits
  readonly clock: Clock
  readonly counters: Counters
  readonly refusals: Refusals
  readonly retained: RetainedMessages
  readonly lastStates: LastStates
  readonly accepted: (message: StationMessage) => void
  readonly end: (connection: Connection, reason: EndReason) => void
}

export class Traffic {
  constructor(readonly options: TrafficOptions) {}

  publish(connection: Connection, packet: PublishPacket, topic = parseTopic(packet.topic)): Verdict {
    const { counters } = this.options
    // [MQTT-3.3.1-3]: the DUP flag is not passed on.
    packet.dup = false
    // [MQTT-2.3.1-1]
    if (packet.qos > 0 && !packet.messageId) return this.#deny(connection, 'protocol_error')
    if (topic === null || !allowsPublish(connection.options.rights, packet.topic, packet)) {
      this.refused(
        connection,
        'publish',
        'publish_denied',
        'PUBLISH: this principal may not say that.',
        packet.topic,
      )
      counters.dropped.denied++
      // F4: MQTT 3.1.1 has no negative PUBACK.
      return this.#deny(connection, 'denied')
    }
    const verdict = this.#judge(connection, packet, topic)
    if (verdict === 'pass') counters.messagesIn[topic.kind]++
    return verdict
  }

  #judge(connection: Connection, packet: PublishPacket, topic: ParsedTopic): Verdict {
    const { counters, clock, retained, lastStates, accepted } = this.options
    const { principal, budget } = connection.options
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const isTelemetry = topic.kind === 'telemetry'
    const over = budget === null ? null : budget.spend(clock.monotonic(), payload.length, isTelemetry)
    if (over !== null) {
      counters.limited[over]++
      counters.dropped.over_rate++
      // Telemetry comes again. A state or an ack that is lost in silence would be a lie.
      if (isTelemetry) return 'drop'
      this.refused(connection, 'publish', 'rate_limited', `PUBLISH: too many ${over}.`, packet.topic)
      return this.#deny(connection, 'rate_limited')
    }
    const judgement =
      principal.kind === 'station'
        ? judgeStationMessage(topic, payload, principal.capabilities)
        : judgePlan(payload)
    if (!judgement.ok) {
      counters.dropped.schema++
      this.refused(connection, 'message', judgement.code, judgement.detail, packet.topic)
      return 'drop'
    }
    if (principal.kind !== 'station') return 'pass'
    const said = judgement.payload ?? payload
    if (judgement.payload !== undefined) packet.payload = said
    if (packet.retain && (topic.kind === 'info' || topic.kind === 'state')) {
      // A copy: the payload is a window on a larger buffer that it would keep alive.
      if (!retained.set(topic, Buffer.from(said), packet.qos === 1 ? 1 : 0)) counters.limited.retained++
      packet.retain = false
    }
    if (topic.kind === 'state') lastStates.saw(principal.id, judgement.message as StationState)
    const { message } = judgement
    accepted({ kind: topic.kind, topic, message, receivedAt: clock.now(), principal } as StationMessage)
    return 'pass'
  }

  /** B8. False is SUBACK 128. */
  subscribe(connection: Connection, filter: string, qos: number): boolean {
    const { subscriptions, options } = connection
    const fits = subscriptions.has(filter) || subscriptions.size < options.maxSubscriptions
    if (fits && (qos === 0 || qos === 1) && allowsSubscribe(options.rights, filter)) {
      subscriptions.set(filter, qos)
      return true
    }
    if (!fits) this.options.counters.limited.subscriptions++
    const why = fits ? 'this principal may not hear that' : `more than ${options.maxSubscriptions} filters`
    this.refused(connection, 'subscribe', 'subscribe_denied', `SUBSCRIBE: ${why}.`, filter)
    return false
  }

  /** The second gate and the guard against readers that do not read (P6, P11). */
  forward(connection: Connection, packet: PublishPacket): boolean {
    const { counters, limits, end } = this.options
    const kind = connection.ended === null ? connection.hears(packet.topic) : null
    if (kind === null) return false
    const { backlog } = connection
    if (backlog > limits.backlogKillBytes) {
      end(connection, 'slow_reader')
      return false
    }
    if (backlog > limits.backlogDropBytes && isSparable(kind, backlog, limits)) {
      counters.dropped.slow_reader++
      counters.limited[kind === 'plan' ? 'slow_plans' : 'slow_telemetry']++
      return false
    }
    // [MQTT-3.8.4-6]: Aedes sends a retained message as it was published, whatever QoS was granted.
    if (packet.retain) packet.qos = Math.min(packet.qos, grantedQos(connection, packet.topic))
    counters.messagesOut[kind]++
    return true
  }

  #deny(connection: Connection, reason: EndReason): Verdict {
    this.options.end(connection, reason)
    return 'close'
  }

  /** Tells the audit trail (B24). */
  refused(
    connection: Connection,
    kind: RefusalEvent['kind'],
    code: ErrorCode,
    detail: string,
    topic?: string,
  ): void {
    const { principal, meta } = connection.options
    this.options.refusals.report({
      kind,
      code,
      detail,
      ...(topic === undefined ? {} : { topic }),
      remoteAddress: meta.remoteAddress,
      principalId: principal.id,
      principalKind: principal.kind,
      ...(principal.kind === 'service' ? {} : { org: principal.org }),
    })
  }
}

/** Telemetry comes again, plans are reconciled; a state or a command is never spared. */
function isSparable(kind: MessageKind, backlog: number, limits: Limits): boolean {
  return kind === 'telemetry' || (kind === 'plan' && backlog > limits.backlogPlanBytes)
}

function grantedQos(connection: Connection, topic: string): number {
  let granted = 0
  for (const [filter, qos] of connection.subscriptions)
    if (covers(filter, topic)) granted = Math.max(granted, qos)
  return granted
}
