/**
 * Who may say and hear what (design section 4). Pure, deny by default (B7): what is not listed here is refused.
 * @module
 */
import type { Principal } from '../shared/principal.js'
import { ID_PATTERN, SLUG_PATTERN } from '../shared/principal.js'
import { covers, isValidFilter, parseTopic, TELEMETRY_CHANNELS, topics } from '../shared/topics.js'

export interface PublishFlags {
  readonly retain: boolean
  readonly qos: number
}

/** What one principal may do, compiled once when it connects. */
export interface Rights {
  publish(topic: string): boolean
  retain(topic: string): boolean
  /** Every topic it may receive is matched by one of these, and no other is. */
  readonly subscribe: readonly string[]
  /** The only topic that its will may name, or null: no will. */
  readonly will: string | null
}

const never = () => false
const NONE: Rights = Object.freeze({ publish: never, retain: never, subscribe: [], will: null })

/** What a station may say, behind its own prefix. */
const KEPT: ReadonlySet<string> = new Set(['info', 'state'])
const SAID: ReadonlySet<string> = new Set([
  ...KEPT,
  ...TELEMETRY_CHANNELS.map((channel) => `telemetry/${channel}`),
])
const ACKS = 'ack/'

/** B3: its own info, state, telemetry and acks; hears its own commands and plans. One string for each of the fleet. */
class StationRights implements Rights {
  readonly #prefix: string

  constructor(
    readonly org: string,
    readonly id: string,
  ) {
    this.#prefix = topics.info(org, id).slice(0, -'info'.length)
  }

  publish(topic: string): boolean {
    if (!topic.startsWith(this.#prefix)) return false
    const rest = topic.slice(this.#prefix.length)
    return SAID.has(rest) || (rest.startsWith(ACKS) && ID_PATTERN.test(rest.slice(ACKS.length)))
  }

  // B22: nothing but what a screen needs at once is kept.
  retain(topic: string): boolean {
    return topic.startsWith(this.#prefix) && KEPT.has(topic.slice(this.#prefix.length))
  }

  /** Made when it is asked for: once a subscription, and once for each topic that the connection hears. */
  get subscribe(): readonly string[] {
    const { org, id } = this
    return [topics.command(org, id, '#'), topics.plan(org, id, '#'), topics.refresh()]
  }

  get will(): string {
    return topics.state(this.org, this.id)
  }
}

/** B4, B27: a person reads the own organisation, with `view_telemetry`, and says nothing. */
function personRights(org: string, mayView: boolean): Rights {
  if (!mayView) return NONE
  return {
    ...NONE,
    subscribe: [
      topics.info(org, '+'),
      topics.state(org, '+'),
      topics.telemetry(org, '+', '+'),
      topics.control(org, '+'),
      topics.contact(org, '+'),
    ],
  }
}

/** B5, B6: the director reads all stations and publishes plans; commands are core's alone. */
const DIRECTOR_RIGHTS: Rights = {
  ...NONE,
  publish: (topic) => {
    const parsed = parseTopic(topic)
    return (
      parsed?.kind === 'plan' &&
      SLUG_PATTERN.test(parsed.org) &&
      ID_PATTERN.test(parsed.sid) &&
      ID_PATTERN.test(parsed.contactId)
    )
  },
  subscribe: [
    topics.info('+', '+'),
    topics.state('+', '+'),
    topics.telemetry('+', '+', '+'),
    topics.ack('+', '+', '+'),
    topics.contact('+', '+'),
    topics.refresh(),
  ],
}

/**
 * Compiles the rights of a principal. Ids that could be read as wildcards or levels get none (P15): a user name `+`
 * must never become part of a filter.
 */
export function rightsOf(principal: Principal): Rights {
  switch (principal.kind) {
    case 'station':
      if (!ID_PATTERN.test(principal.id) || !SLUG_PATTERN.test(principal.org)) return NONE
      return new StationRights(principal.org, principal.id)
    case 'user':
      if (!SLUG_PATTERN.test(principal.org)) return NONE
      return personRights(principal.org, principal.permissions.includes('view_telemetry'))
    case 'service':
      return principal.id === 'svc_director' ? DIRECTOR_RIGHTS : NONE
  }
}

/** QoS 2 is refused for everyone: nothing here needs it, and its half-open handshakes cost memory. */
const isServedQos = (qos: number) => qos === 0 || qos === 1

export const allowsPublish = (rights: Rights, topic: string, flags: PublishFlags): boolean =>
  isServedQos(flags.qos) && rights.publish(topic) && (!flags.retain || rights.retain(topic))

/** B8: containment of filters, never a match of the filter as if it were a topic. */
export const allowsSubscribe = (rights: Rights, filter: string): boolean =>
  isValidFilter(filter) && rights.subscribe.some((allowed) => covers(allowed, filter))

/** The second gate, for every message that is forwarded, retained ones included. */
export const allowsReceive = (rights: Rights, topic: string): boolean =>
  rights.subscribe.some((allowed) => covers(allowed, topic))

export const mayPublish = (principal: Principal, topic: string, flags: PublishFlags): boolean =>
  allowsPublish(rightsOf(principal), topic, flags)

export const maySubscribe = (principal: Principal, filter: string): boolean =>
  allowsSubscribe(rightsOf(principal), filter)

/** A topic that is not one of ours reaches nobody. */
export const mayReceive = (principal: Principal, topic: string): boolean =>
  parseTopic(topic) !== null && allowsReceive(rightsOf(principal), topic)
