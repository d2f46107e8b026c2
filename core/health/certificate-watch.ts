/**
 * How the client certificates of stations stand: an agent renews by itself, so one that comes near its end tells of an
 * agent that cannot. Counted once a minute, not for each page of metrics.
 * @module
 */
import type { StationCertificateCounts } from '../../shared/api/health.js'
import { DAY, MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'

const LOOK_EVERY_MS = MINUTE
/** E30: an agent asks within the first half of the last 14 days. */
const LATE_MS = 7 * DAY

export class CertificateWatch {
  #counts: StationCertificateCounts = { good: 0, late: 0, expired: 0 }
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()

  constructor(private readonly context: Pick<Context, 'prisma' | 'clock' | 'log'>) {}

  /** Of the last look. */
  get counts(): StationCertificateCounts {
    return this.#counts
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#looking = this.look()
    }, LOOK_EVERY_MS).unref()
    await this.look()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#looking
  }

  /** Counts anew. A database that fails leaves the former numbers; health says that by itself. */
  async look(): Promise<void> {
    const { prisma, clock, log } = this.context
    const now = clock.now()
    try {
      const [row] = await prisma.$queryRaw<{ good: number; late: number; expired: number }[]>`
        WITH newest AS (
          SELECT max(c."notAfter") AS "end"
            FROM "StationCertificate" c JOIN "Station" s ON s."id" = c."stationId"
           WHERE c."revokedAt" IS NULL AND s."status" = 'approved' AND s."lockedAt" IS NULL
             AND s."credential" <> 'key'
           GROUP BY s."id"
        )
        SELECT count(*) FILTER (WHERE "end" > ${new Date(now + LATE_MS)})::int AS "good",
               count(*) FILTER (WHERE "end" > ${new Date(now)} AND "end" <= ${new Date(now + LATE_MS)})::int AS "late",
               count(*) FILTER (WHERE "end" <= ${new Date(now)})::int AS "expired"
          FROM newest`
      if (row !== undefined) this.#counts = row
    } catch (error) {
      log.warn({ err: error }, 'the certificates of stations could not be counted')
    }
  }
}
