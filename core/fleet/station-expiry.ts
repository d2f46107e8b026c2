/**
 * E22: stations whose time is over end, with everything bound to them, in one transaction each; they are never deleted.
 * From the moment itself they are refused (station-standing.ts); this ends what they have, within a minute.
 * @module
 */
import { MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'
import type { StationEnd } from './station-end.js'
import { lockStation } from './station-lock.js'

const INTERVAL_MS = MINUTE
const EXPIRY = { actor: { kind: 'system', id: 'station-expiry' } } as const

export class StationExpiry {
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: Context,
    private readonly end: Pick<StationEnd, 'endWithin' | 'announce'>,
  ) {}

  /** The first round is waited for: core may have been down when the time of a station was over. */
  async start(): Promise<void> {
    const round = () => {
      this.#running = this.run().catch((error: unknown) =>
        this.context.log.error(
          { err: error },
          'expired stations were not looked for; it is tried again in a minute',
        ),
      )
    }
    round()
    await this.#running
    this.#timer = setInterval(round, INTERVAL_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  /** One round. A station that cannot be ended keeps no other from its end. */
  async run(): Promise<void> {
    const { prisma, clock, log } = this.context
    const due = await prisma.station.findMany({
      where: { status: { in: ['pending', 'approved'] }, expiresAt: { lte: new Date(clock.now()) } },
      select: { id: true },
      orderBy: { expiresAt: 'asc' },
    })
    for (const { id } of due)
      await this.#one(id).catch((error: unknown) =>
        log.error(
          { err: error, stationId: id },
          'an expired station was not ended; it is tried again in a minute',
        ),
      )
  }

  async #one(id: string): Promise<void> {
    const { prisma, clock } = this.context
    const departure = await prisma.$transaction(async (tx) => {
      await lockStation(tx, id)
      const { name, expiresAt } = await tx.station.findUniqueOrThrow({ where: { id } })
      // Somebody may have decided otherwise since the list was read.
      if (expiresAt === null || expiresAt.getTime() > clock.now()) return null
      return await this.end.endWithin(tx, id, {
        caller: EXPIRY,
        action: 'station.expire',
        cause: 'the station expired',
        detail: { name, expiresAt: expiresAt.toISOString() },
      })
    })
    if (departure !== null) await this.end.announce(departure)
  }
}
