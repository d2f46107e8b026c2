/**
 * The stations of the organisation: their records from core and what they say on the bus, one signal for each, so that
 * a message redraws one row.
 * @module
 */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { type Station, stationSchema, stationsResponse } from '../../../shared/api/fleet.js'
import type { Api } from '../api/client.js'
import { allPages } from '../api/pages.js'
import { type Failure, failureOf } from '../logic/failure-text.js'
import type { Arrival } from '../logic/inbox.js'
import { isLate, NOTHING_LIVE, type StationLive, seedFromRecord } from '../logic/station-live.js'

export interface StationEntry {
  readonly id: string
  readonly record: Signal<Station>
  readonly live: Signal<StationLive>
}

export type Loading =
  | { readonly kind: 'loading' | 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure }

const byName = (a: StationEntry, b: StationEntry) =>
  a.record.peek().name.localeCompare(b.record.peek().name, 'en', { sensitivity: 'base', numeric: true })

export class Stations {
  readonly #api: Api
  readonly #org: string
  readonly #entries = signal<ReadonlyMap<string, StationEntry>>(new Map())
  readonly #loading = signal<Loading>({ kind: 'loading' })
  /** What came on the bus for stations whose record is not here yet. */
  readonly #early = new Map<string, StationLive>()

  readonly list = computed(() => [...this.#entries.value.values()].sort(byName))

  constructor(api: Api, org: string) {
    this.#api = api
    this.#org = org
  }

  get loading(): ReadonlySignal<Loading> {
    return this.#loading
  }

  /** The entry of a station; undefined while it is not known. */
  find(id: string): StationEntry | undefined {
    return this.#entries.value.get(id)
  }

  /** Reads all records anew. What is on the screen stays there when that fails. */
  async load(): Promise<void> {
    try {
      const records = await allPages(this.#api, `orgs/${this.#org}/stations`, stationsResponse)
      const kept = new Map(records.map((record) => [record.id, this.#merged(record)]))
      this.#entries.value = kept
      this.#loading.value = { kind: 'ready' }
    } catch (error) {
      if (this.#loading.peek().kind !== 'ready')
        this.#loading.value = { kind: 'failed', failure: failureOf(error) }
    }
  }

  /** Reads one record anew. @throws TalosError */
  async refresh(id: string): Promise<void> {
    this.put(await this.#api.get(`orgs/${this.#org}/stations/${id}`, stationSchema))
  }

  /** Takes a record that an answer brought. */
  put(record: Station): void {
    const entry = this.#merged(record)
    if (this.#entries.peek().get(record.id) !== entry)
      this.#entries.value = new Map(this.#entries.peek()).set(record.id, entry)
  }

  /** Takes messages of the bus. Returns true when one spoke of a station that is not known here. */
  take(arrivals: readonly Arrival[]): boolean {
    let unknown = false
    for (const arrival of arrivals) {
      if (arrival.kind === 'contact') continue
      const entry = this.#entries.peek().get(arrival.sid)
      if (arrival.kind === 'control') {
        if (entry === undefined) unknown = true
        else entry.record.value = { ...entry.record.peek(), control: arrival.message.control }
        continue
      }
      const before = entry?.live.peek() ?? this.#early.get(arrival.sid) ?? NOTHING_LIVE
      const after = fold(before, arrival)
      if (entry === undefined) {
        this.#early.set(arrival.sid, after)
        unknown = true
      } else entry.live.value = after
    }
    return unknown
  }

  #merged(record: Station): StationEntry {
    const known = this.#entries.peek().get(record.id)
    if (known === undefined) {
      const live = seedFromRecord(this.#early.get(record.id) ?? NOTHING_LIVE, record)
      this.#early.delete(record.id)
      return { id: record.id, record: signal(record), live: signal(live) }
    }
    known.record.value = record
    known.live.value = seedFromRecord(known.live.peek(), record)
    return known
  }
}

function fold(live: StationLive, arrival: Exclude<Arrival, { kind: 'contact' | 'control' }>): StationLive {
  const { at } = arrival
  switch (arrival.kind) {
    case 'state':
      return { ...live, state: { at, message: arrival.message } }
    case 'info':
      return { ...live, info: { at, message: arrival.message } }
    case 'health':
      return { ...live, health: { at, message: arrival.message } }
    case 'rig':
      return { ...live, rig: { at, message: arrival.message } }
    case 'rot':
      return isLate(live.rot, arrival.message) ? live : { ...live, rot: { at, message: arrival.message } }
  }
}
