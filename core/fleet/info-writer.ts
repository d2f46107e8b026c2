/**
 * Keeps what agents say of themselves in the rows of their stations: written only when it differs, one write a station
 * at a time, and of what comes meanwhile only the newest waits. Where they connect from is written for all that have
 * connected meanwhile at once: a fleet that comes back must not be a query each.
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import type { Info, Mount } from '../../shared/messages.js'
import type { StationPrincipal } from '../../shared/principal.js'
import { Background } from '../background.js'
import { Collected } from '../collected.js'
import type { Context } from '../context.js'

interface Facts {
  readonly agentVersion?: string
  readonly driver?: string
  readonly mount?: Mount
}

interface From {
  readonly org: string
  readonly address: string
}

interface Queue {
  /** What is to be written; null when nothing is. */
  next: Facts | null
  work: Promise<void>
}

export class InfoWriter {
  readonly #queues = new Map<string, Queue>()
  readonly #background: Background
  readonly #addresses: Collected<From>

  constructor(private readonly context: Context) {
    this.#background = new Background(context.log, 1)
    this.#addresses = new Collected('station addresses', this.#background, (all) => this.#storeAddresses(all))
  }

  connected({ id, org }: StationPrincipal, address: string): void {
    this.#addresses.note(id, { org, address })
  }

  said(principal: StationPrincipal, { version, driver, mount }: Info): void {
    const name = driver.model === '' ? driver.kind : `${driver.kind}: ${driver.model}`
    this.#note(principal, { agentVersion: version, driver: name, mount })
  }

  /** Waits for the writes under way. */
  async drain(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.work))
    await this.#background.drain()
  }

  async #storeAddresses(all: ReadonlyMap<string, From>): Promise<void> {
    const ids = [...all.keys()]
    const addresses = [...all.values()].map(({ address }) => address)
    // Locked in the order of their ids, as a schedule locks them, so that the two never wait for each other.
    const changed = await this.context.prisma.$queryRaw<{ id: string }[]>`
      WITH seen AS (SELECT * FROM unnest(${ids}::text[], ${addresses}::text[]) AS s("id", "address")),
      locked AS (
        SELECT "Station"."id", seen."address" FROM "Station" JOIN seen ON seen."id" = "Station"."id"
         WHERE "status" = 'approved' AND "Station"."address" IS DISTINCT FROM seen."address"
         ORDER BY "Station"."id" FOR NO KEY UPDATE OF "Station"
      )
      UPDATE "Station" SET "address" = locked."address" FROM locked WHERE "Station"."id" = locked."id"
      RETURNING "Station"."id"`
    for (const { id } of changed) {
      const org = all.get(id)?.org
      if (org !== undefined) this.context.events.emit('station', { org, stationId: id })
    }
  }

  #note(principal: StationPrincipal, facts: Facts): void {
    const queue = this.#queues.get(principal.id)
    if (queue !== undefined) {
      queue.next = { ...queue.next, ...facts }
      return
    }
    const fresh: Queue = { next: facts, work: Promise.resolve() }
    this.#queues.set(principal.id, fresh)
    fresh.work = this.#drainQueue(principal, fresh)
      .catch((error: unknown) =>
        this.context.log.error({ err: error, stationId: principal.id }, 'what the agent said was not stored'),
      )
      .finally(() => this.#queues.delete(principal.id))
  }

  async #drainQueue(principal: StationPrincipal, queue: Queue): Promise<void> {
    while (queue.next !== null) {
      const facts = queue.next
      queue.next = null
      await this.#store(principal, facts)
    }
  }

  async #store({ id, org }: StationPrincipal, facts: Facts): Promise<void> {
    const { prisma, events } = this.context
    const where = { id, status: 'approved' } as const
    const row = await prisma.station.findFirst({ where })
    if (row === null) return
    const { mount, ...texts } = facts
    const isMountNew = mount !== undefined && !isDeepStrictEqual(mount, row.mount)
    const isTextNew = (Object.keys(texts) as (keyof typeof texts)[]).some((key) => texts[key] !== row[key])
    if (!isMountNew && !isTextNew) return
    const { count } = await prisma.station.updateMany({
      where,
      data: { ...texts, ...(mount === undefined ? {} : { mount }) },
    })
    if (count !== 1) return
    events.emit('station', { org, stationId: id })
    // A mount that can do other things makes other plans.
    if (isMountNew) events.emit('refresh', 'stations')
  }
}
