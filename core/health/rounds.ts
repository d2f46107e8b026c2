/**
 * Collects and judges everything twice a minute, and keeps the outcome for whoever asks (H4).
 * @module
 */
import {
  type HealthCollector,
  type HealthFinding,
  type HealthOverview,
  type HealthReport,
  ORG_COLLECTORS,
  type OrgHealth,
  SYSTEM_COLLECTORS,
  type SystemHealth,
  worstLevel,
} from '../../shared/api/health.js'
import { iso, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import type { Alerts } from './alerts.js'
import type { Collectors } from './collectors.js'
import { databaseAway } from './database-findings.js'
import type { TroubleBook } from './trouble-book.js'
import { troubleId } from './troubles.js'

const EVERY_MS = 30 * SECOND

/** What a collector collects. */
export type StateOf<C extends HealthCollector> = Extract<SystemHealth | OrgHealth, { collector: C }>['state']

/** A report with all that was collected for it; `isWhole`: it was collected, and not given up. */
interface Kept {
  readonly orgId: string | null
  readonly report: HealthReport
  readonly state: unknown
  readonly isWhole: boolean
}

export class HealthRounds {
  #kept: readonly Kept[] = []
  #at: number | null = null
  #orgs: readonly { readonly id: string; readonly slug: string }[] = []
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null

  constructor(
    private readonly context: Pick<Context, 'prisma' | 'clock' | 'log'>,
    private readonly collectors: Pick<Collectors, 'system' | 'org'>,
    private readonly book: TroubleBook,
    private readonly alerts: Pick<Alerts, 'tell'>,
  ) {}

  async start(): Promise<void> {
    await this.book.load()
    this.#timer = setInterval(() => void this.round(), EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  /** One round; while one runs, that one. Never throws: what goes wrong is a finding. */
  round(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Of the last round: everything, or what is of one organisation. */
  overview(orgId?: string): HealthOverview {
    const reports = this.#kept
      .filter((kept) => orgId === undefined || kept.orgId === orgId)
      .map(({ report }) => report)
    const level = worstLevel(reports.map((report) => report.level))
    return { at: this.#at === null ? null : iso(this.#at), level, reports }
  }

  /** What this collector collected in the last round, of every organisation; without what could not be. */
  states<C extends HealthCollector>(collector: C): readonly StateOf<C>[] {
    const own = this.#kept.filter(({ report, state }) => report.collector === collector && state !== null)
    // Each collector's state came with its own name.
    return own.map(({ state }) => state as StateOf<C>)
  }

  /** With each finding since when it is so. */
  withSince<T extends Pick<HealthReport, 'collector' | 'findings'>>(orgId: string | null, report: T): T {
    const findings = report.findings.map((finding) => {
      const trouble = this.book.get(troubleId(report.collector, orgId, finding))
      return trouble === undefined || finding.level === 'ok'
        ? finding
        : { ...finding, since: iso(trouble.since) }
    })
    return { ...report, findings }
  }

  async #round(): Promise<void> {
    const { clock, log } = this.context
    try {
      const now = clock.now()
      const collected = await this.#collect()
      const { due } = this.book.take(
        collected.filter(({ isWhole }) => isWhole),
        now,
      )
      this.#kept = collected.map((kept) => ({ ...kept, report: this.withSince(kept.orgId, kept.report) }))
      this.#at = now
      await this.book.write()
      await this.alerts.tell(due)
    } catch (error) {
      log.error({ err: error }, 'a round of health failed')
    }
  }

  async #collect(): Promise<Kept[]> {
    const kept: Kept[] = []
    for (const collector of SYSTEM_COLLECTORS)
      kept.push(await this.#one(collector, null, () => this.collectors.system(collector)))
    // Without the database those of the last round: what is not known is told as that.
    this.#orgs = await this.context.prisma.org
      .findMany({ select: { id: true, slug: true }, orderBy: { slug: 'asc' } })
      .catch(() => this.#orgs)
    for (const org of this.#orgs)
      for (const collector of ORG_COLLECTORS)
        kept.push(await this.#one(collector, org, () => this.collectors.org(collector, org.id)))
    return kept
  }

  async #one(
    collector: HealthReport['collector'],
    org: { readonly id: string; readonly slug: string } | null,
    collect: () => Promise<Omit<HealthReport, 'org'> & { readonly state: unknown }>,
  ): Promise<Kept> {
    const orgId = org?.id ?? null
    const slug = org?.slug ?? null
    try {
      const { at, level, findings, state } = await collect()
      return { orgId, report: { collector, org: slug, at, level, findings }, state, isWhole: true }
    } catch (error) {
      const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
      this.context.log.warn({ err: error, collector }, 'a collector of health failed')
      // The database answers for itself; what hangs on it is only not known.
      const isDatabase = collector === 'database'
      const finding: HealthFinding = isDatabase
        ? databaseAway(reason)
        : {
            check: 'Collected',
            level: 'warning',
            found: `not known: ${reason}`,
            mend: 'See the log of core.',
          }
      const report = { collector, org: slug, at: iso(this.context.clock.now()), level: finding.level }
      return { orgId, report: { ...report, findings: [finding] }, state: null, isWhole: isDatabase }
    }
  }
}
