/**
 * Keeps what agents say of themselves in the rows of their stations: written only when it differs, one write a station
 * at a time, and of what comes meanwhile only the newest waits.
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import type { Info, Mount } from '../../shared/messages.js'
import type { StationPrincipal } from '../../shared/principal.js'
import type { Context } from '../context.js'

interface Facts {
  readonly address?: string
  readonly agentVersion?: string
  readonly driver?: string
  readonly mount?: Mount
}

interface Queue {
  /** What is to be written; null when nothing is. */
  next: Facts | null
  work: Promise<void>
}

export class InfoWriter {
  readonly #queues = new Map<string, Queue>()

  constructor(private readonly context: Context) {}

  connected(principal: StationPrincipal, address: string): void {
    this.#note(principal, { address })
  }

  said(principal: StationPrincipal, { version, driver, mount }: Info): void {
    const name = driver.model === '' ? driver.kind : `${driver.kind}: ${driver.model}`
    this.#note(principal, { agentVersion: version, driver: name, mount })
  }

  /** Waits for the writes under way. */
  async drain(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.work))
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
