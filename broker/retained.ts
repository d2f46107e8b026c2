/**
 * The retained messages: the last `info` and `state` of each station, and nothing else (B22). Kept by station, so that
 * a subscription costs what it matches and not what is stored (P24).
 * @module
 */
import { covers, type ParsedTopic, parseTopic, topics } from '../shared/topics.js'
import type { Limits } from './limits.js'

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

const bytesOf = ({ info, state }: Slot) => (info?.payload.length ?? 0) + (state?.payload.length ?? 0)

export class RetainedMessages {
  readonly #orgs = new Map<string, Map<string, Slot>>()
  #size = 0
  #bytes = 0

  constructor(readonly limits: Pick<Limits, 'retained' | 'retainedBytes' | 'retainedBytesPerStation'>) {}

  get size(): number {
    return this.#size
  }

  /**
   * Keeps the message in place of the one before; false when there is no room. The one before is gone then too: who
   * comes later sees nothing rather than what is no longer true.
   */
  set(topic: Kept, payload: Buffer, qos: 0 | 1): boolean {
    const { org, sid, kind } = topic
    this.#drop(org, sid, [kind])
    const stations = this.#orgs.get(org) ?? new Map<string, Slot>()
    const slot: Slot = stations.get(sid) ?? {}
    const { retained, retainedBytes, retainedBytesPerStation } = this.limits
    if (
      this.#size >= retained ||
      this.#bytes + payload.length > retainedBytes ||
      bytesOf(slot) + payload.length > retainedBytesPerStation
    )
      return false
    slot[kind] = { topic: topics[kind](org, sid), payload, qos }
    this.#size++
    this.#bytes += payload.length
    stations.set(sid, slot)
    this.#orgs.set(org, stations)
    return true
  }

  /** Forgets all of a station. */
  purge(org: string, sid: string): void {
    this.#drop(org, sid, ['info', 'state'])
  }

  #drop(org: string, sid: string, kinds: readonly Kept['kind'][]): void {
    const stations = this.#orgs.get(org)
    const slot = stations?.get(sid)
    if (stations === undefined || slot === undefined) return
    for (const kind of kinds) {
      const message = slot[kind]
      if (message === undefined) continue
      this.#size--
      this.#bytes -= message.payload.length
      delete slot[kind]
    }
    if (slot.info === undefined && slot.state === undefined) stations.delete(sid)
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

  /** What all of them take. */
  get bytes(): number {
    return this.#bytes
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
