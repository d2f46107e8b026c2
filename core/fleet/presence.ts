/**
 * What is known of each station right now, from the broker: who is connected, the last state and position. What agents
 * say of themselves goes into the row of the station.
 * @module
 */
import type { StationMessage } from '../../broker/contracts.js'
import { type RotTelemetry, rotTelemetrySchema, type StationState } from '../../shared/messages.js'
import { iso, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import type { Bus } from './bus.js'
import { InfoWriter } from './info-writer.js'
import type { LiveView } from './station-record.js'

/** How often the times of the last sign of life are written, all in one statement. */
const SEEN_EVERY_MS = 30 * SECOND

interface Position {
  /** ISO 8601. */
  readonly receivedAt: string
  readonly telemetry: RotTelemetry
}

interface Live {
  state: StationState | null
  stateAt: number | null
  /** As it came; the broker has checked it. Read when somebody asks, not four times a second. */
  rot: { readonly at: number; readonly message: unknown } | null
}

export class Presence {
  readonly #live = new Map<string, Live>()
  /** Of each connected station the slug of its organisation, from its credential (B12). */
  readonly #orgs = new Map<string, string>()
  /** Stations heard since the last write, and when. */
  readonly #seen = new Map<string, number>()
  readonly #infos: InfoWriter
  #off: (() => void)[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(
    private readonly context: Context,
    private readonly bus: Bus,
  ) {
    this.#infos = new InfoWriter(context)
  }

  start(): void {
    this.#off = [
      this.bus.onPresence(({ kind, principal, remoteAddress, at }) => {
        this.#seen.set(principal.id, at)
        if (kind === 'connected') {
          this.#orgs.set(principal.id, principal.org)
          this.#infos.connected(principal, remoteAddress)
        } else {
          this.#orgs.delete(principal.id)
        }
        this.context.events.emit('station', { org: principal.org, stationId: principal.id })
      }),
      this.bus.onMessage((message) => this.#heard(message)),
      this.context.events.on('ended', ({ stationId }) => {
        if (stationId !== undefined) this.#forget(stationId)
      }),
    ]
    this.#timer = setInterval(() => {
      this.flush().catch((error: unknown) =>
        this.context.log.error({ err: error }, 'last signs of life not written'),
      )
    }, SEEN_EVERY_MS)
    this.#timer.unref()
  }

  /** Stops listening and writes what has not been written. */
  async stop(): Promise<void> {
    for (const off of this.#off) off()
    this.#off = []
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#infos.drain()
    await this.flush()
  }

  liveOf(stationId: string): LiveView {
    const live = this.#live.get(stationId)
    return {
      online: this.bus.isOnline(stationId),
      state: live?.state ?? null,
      stateAt: live?.stateAt ?? null,
    }
  }

  /** The last telemetry of the rotator since this core has run, or null. */
  positionOf(stationId: string): Position | null {
    const rot = this.#live.get(stationId)?.rot
    return rot == null ? null : { receivedAt: iso(rot.at), telemetry: rotTelemetrySchema.parse(rot.message) }
  }

  /** Is it connected, as a station of this organisation? From memory: the broker let nobody else in. */
  isOnlineIn(org: string, stationId: string): boolean {
    return this.#orgs.get(stationId) === org && this.bus.isOnline(stationId)
  }

  /** Writes when each station was heard last. */
  async flush(): Promise<void> {
    if (this.#seen.size === 0) return
    const ids = [...this.#seen.keys()]
    const times = [...this.#seen.values()].map(iso)
    this.#seen.clear()
    // Locked in the order of their ids, as a schedule locks them, so that the two never wait for each other.
    await this.context.prisma.$executeRaw`
      WITH seen AS (SELECT * FROM unnest(${ids}::text[], ${times}::timestamptz[]) AS s("id", "at")),
      locked AS (
        SELECT "id" FROM "Station" WHERE "id" IN (SELECT "id" FROM seen) AND "status" = 'approved'
         ORDER BY "id" FOR NO KEY UPDATE
      )
      UPDATE "Station" SET "lastSeenAt" = seen."at" FROM seen, locked
       WHERE "Station"."id" = seen."id" AND "Station"."id" = locked."id"`
  }

  #heard(message: StationMessage): void {
    const { id } = message.principal
    switch (message.kind) {
      case 'state':
        Object.assign(this.#of(id), { state: message.message, stateAt: message.receivedAt })
        break
      case 'telemetry':
        if (message.topic.channel === 'rot')
          this.#of(id).rot = { at: message.receivedAt, message: message.message }
        break
      case 'info':
        this.#infos.said(message.principal, message.message)
        break
      case 'ack':
        break
    }
    // An offline state may be the broker's, said for a station that is gone.
    if (this.#orgs.has(id)) this.#seen.set(id, message.receivedAt)
  }

  #of(stationId: string): Live {
    const live = this.#live.get(stationId) ?? { state: null, stateAt: null, rot: null }
    this.#live.set(stationId, live)
    return live
  }

  #forget(stationId: string): void {
    this.#live.delete(stationId)
    this.#orgs.delete(stationId)
    this.#seen.delete(stationId)
  }
}
