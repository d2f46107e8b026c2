/**
 * Keeps troubles over the rounds, and in the database over restarts: a core that was started anew mails nothing twice.
 * It works on without the database, of which it may have to tell.
 * @module
 */
import { z } from 'zod'
import type { HealthTrouble as Row } from '../../prisma/generated/client.js'
import { healthCollectorSchema } from '../../shared/api/health.js'
import type { Context } from '../context.js'
import { compare, type Round, type Scoped, type Trouble } from './troubles.js'

const levelSchema = z.enum(['warning', 'critical'])

const toTrouble = (row: Row): Trouble => ({
  ...{ id: row.id, orgId: row.orgId, check: row.check, found: row.found, mend: '' },
  collector: healthCollectorSchema.parse(row.collector),
  subject: row.subjectId === null ? null : { id: row.subjectId, name: row.subjectName ?? row.subjectId },
  level: levelSchema.parse(row.level),
  since: row.since.getTime(),
  alertedAt: row.alertedAt?.getTime() ?? null,
  alertedLevel: levelSchema.nullable().parse(row.alertedLevel),
  endedAt: row.endedAt?.getTime() ?? null,
})

const dateOrNull = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

const toRow = ({ subject, mend: _, ...t }: Trouble): Row => ({
  ...t,
  subjectId: subject?.id ?? null,
  subjectName: subject?.name ?? null,
  since: new Date(t.since),
  alertedAt: dateOrNull(t.alertedAt),
  endedAt: dateOrNull(t.endedAt),
})

export class TroubleBook {
  readonly #known = new Map<string, Trouble>()
  /** What the database does not know yet. */
  readonly #unwritten = new Set<string>()

  constructor(private readonly context: Pick<Context, 'prisma' | 'log'>) {}

  /** Reads what is known from before. */
  async load(): Promise<void> {
    for (const row of await this.context.prisma.healthTrouble.findMany())
      this.#known.set(row.id, toTrouble(row))
  }

  get(id: string): Trouble | undefined {
    const trouble = this.#known.get(id)
    return trouble?.endedAt === null ? trouble : undefined
  }

  /** What has changed since the last round, remembered. H6: a recovery is logged, and nobody is told. */
  take(scoped: readonly Scoped[], now: number): Round {
    const round = compare(this.#known, scoped, now)
    for (const trouble of round.changed) {
      this.#known.set(trouble.id, trouble)
      this.#unwritten.add(trouble.id)
    }
    for (const id of round.forgotten) {
      this.#known.delete(id)
      this.#unwritten.add(id)
    }
    for (const { collector, check, subject, since } of round.recovered)
      this.context.log.info({ collector, check, subject, badForMs: now - since }, 'health: well again')
    return round
  }

  /** Writes what has changed; what fails is written with the next round. */
  async write(): Promise<void> {
    const ids = [...this.#unwritten]
    if (ids.length === 0) return
    const rows = ids.flatMap((id) => this.#known.get(id) ?? []).map(toRow)
    this.#unwritten.clear()
    try {
      await this.context.prisma.$transaction(async (tx) => {
        await tx.healthTrouble.deleteMany({ where: { id: { in: ids } } })
        await tx.healthTrouble.createMany({ data: rows })
      })
    } catch (error) {
      for (const id of ids) this.#unwritten.add(id)
      this.context.log.warn({ err: error }, 'troubles of health were not written')
    }
  }
}
