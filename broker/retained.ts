/**
 * The retained messages: the last `info` and `state` of each station, and nothing else (B22). Kept by station, so that
 * a subscription costs what it matches and not what is stored (P24).
 * @module
 */
import { covers, type ParsedTopic, parseTopic, topics } from '../shared/topics.js'

type Kept = Extract<ParsedTopic, { kind: 'info' | 'state' }>

export interface Retained {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1
}

interface Slot {
  info?: Retained
  state?: Retained
}

export class RetainedMessages {
  readonly #orgs = new Map<string, Map<string, Slot>>()
  #size = 0

  constructor(readonly max: number) {}

  get size(): number {
    return this.#size
  }

  /** Keeps the message; false when there is no room. */
  set(topic: Kept, payload: Buffer, qos: 0 | 1): boolean {
    const stations = this.#orgs.get(topic.org) ?? new Map<string, Slot>()
    const slot: Slot = stations.get(topic.sid) ?? {}
    if (slot[topic.kind] === undefined) {
      if (this.#size >= this.max) return false
      this.#size++
    }
    slot[topic.kind] = { topic: topics[topic.kind](topic.org, topic.sid), payload, qos }
    stations.set(topic.sid, slot)
    this.#orgs.set(topic.org, stations)
    return true
  }

  /** Forgets all of a station. */
  purge(org: string, sid: string): void {
    const stations = this.#orgs.get(org)
    const slot = stations?.get(sid)
    if (stations === undefined || slot === undefined) return
    this.#size -= Object.keys(slot).length
    stations.delete(sid)
    if (stations.size === 0) this.#orgs.delete(org)
  }

  /** The stations of which something is kept, by id, by organisation, or both; neither finds none. */
  stations(match: { readonly stationId?: string; readonly org?: string }): { org: string; sid: string }[] {
    const { stationId, org: wanted } = match
    if (stationId === undefined && wanted === undefined) return []
    return [...this.#orgs]
      .filter(([org]) => wanted === undefined || wanted === org)
      .flatMap(([org, stations]) => [...stations.keys()].map((sid) => ({ org, sid })))
      .filter(({ sid }) => stationId === undefined || stationId === sid)
  }

  /** Every message that one of the filters matches, each once (MQTT 3.1.1, 3.3.1.3). */
  *matching(filters: readonly string[]): Generator<Retained> {
    const seen = new Set<Retained>()
    for (const filter of filters) {
      for (const message of this.#candidates(filter)) {
        if (seen.has(message) || !covers(filter, message.topic)) continue
        seen.add(message)
        yield message
      }
    }
  }

  /** Exact topics are looked up; a named organisation is not searched beyond its own stations. */
  *#candidates(filter: string): Generator<Retained> {
    const exact = parseTopic(filter)
    if (exact !== null) {
      if (exact.kind !== 'info' && exact.kind !== 'state') return
      const message = this.#orgs.get(exact.org)?.get(exact.sid)?.[exact.kind]
      if (message !== undefined) yield message
      return
    }
    const org = filter.split('/')[1]
    const named = org === undefined ? undefined : this.#orgs.get(org)
    const searched = org === '+' || org === '#' || org === undefined ? [...this.#orgs.values()] : [named]
    for (const stations of searched) {
      for (const slot of [...(stations?.values() ?? [])]) {
        if (slot.info !== undefined) yield slot.info
        if (slot.state !== undefined) yield slot.state
      }
    }
  }
}
