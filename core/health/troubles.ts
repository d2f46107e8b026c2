/**
 * What is not well, from one round to the next: since when, and whether people are to be told now. Pure.
 * @module
 */
import type { HealthCollector, HealthFinding, HealthReport } from '../../shared/api/health.js'
import { MINUTE } from '../../shared/time.js'

export type TroubleLevel = 'warning' | 'critical'

export interface Trouble {
  readonly id: string
  /** Null: of the whole installation. */
  readonly orgId: string | null
  readonly collector: HealthCollector
  readonly check: string
  readonly subject: { readonly id: string; readonly name: string } | null
  readonly level: TroubleLevel
  readonly found: string
  readonly mend: string
  /** Epoch ms. */
  readonly since: number
  /** When people were last told; the cool-down counts from there. */
  readonly alertedAt: number | null
  /** What they were told; null: nothing since it began. */
  readonly alertedLevel: TroubleLevel | null
  readonly endedAt: number | null
}

/** H5: what comes and goes is told once in so long. */
export const COOL_DOWN_MS = 5 * MINUTE

/** A report of this round, and the id of its organisation. */
export interface Scoped {
  readonly orgId: string | null
  readonly report: Pick<HealthReport, 'collector' | 'findings'>
}

export interface Round {
  /** Whose row has changed. */
  readonly changed: readonly Trouble[]
  /** H6. */
  readonly recovered: readonly Trouble[]
  /** To be told now; they are marked as told. */
  readonly due: readonly Trouble[]
  /** Ended, and past their cool-down. */
  readonly forgotten: readonly string[]
}

const isTrouble = (finding: HealthFinding): finding is HealthFinding & { level: TroubleLevel } =>
  finding.level === 'warning' || finding.level === 'critical'

const scopeOf = (collector: string, orgId: string | null) => `${collector}|${orgId ?? ''}`

export const troubleId = (
  collector: HealthCollector,
  orgId: string | null,
  { check, subject }: Pick<HealthFinding, 'check' | 'subject'>,
): string => [scopeOf(collector, orgId), check, subject?.id ?? ''].join('|')

/**
 * @param known what was not well until now, by id
 * @param scoped what was collected in this round; of what could not be, nothing has changed
 */
export function compare(known: ReadonlyMap<string, Trouble>, scoped: readonly Scoped[], now: number): Round {
  const changed: Trouble[] = []
  const recovered: Trouble[] = []
  const due: Trouble[] = []
  const seen = new Set<string>()
  for (const scope of scoped) {
    for (const finding of scope.report.findings) {
      const id = troubleId(scope.report.collector, scope.orgId, finding)
      // A note says neither that it is bad nor that it is well: what was bad stays so, and nobody is told.
      if (finding.level !== 'ok') seen.add(id)
      if (!isTrouble(finding)) continue
      const before = known.get(id)
      const current = alerted(merged(id, scope, finding, before, now), now)
      if (current.alertedAt === now) due.push(current)
      if (before === undefined || isOther(before, current)) changed.push(current)
    }
  }
  const collected = new Set(scoped.map(({ orgId, report }) => scopeOf(report.collector, orgId)))
  const forgotten: string[] = []
  for (const trouble of known.values()) {
    const isGone = !seen.has(trouble.id) && collected.has(scopeOf(trouble.collector, trouble.orgId))
    if (isGone && trouble.endedAt === null) {
      const ended = { ...trouble, endedAt: now, alertedLevel: null }
      changed.push(ended)
      recovered.push(ended)
    }
    if (trouble.endedAt !== null && isGone && now - trouble.endedAt >= COOL_DOWN_MS)
      forgotten.push(trouble.id)
  }
  return { changed, recovered, due, forgotten }
}

function merged(
  id: string,
  { orgId, report }: Scoped,
  { check, subject, level, found, mend }: HealthFinding & { level: TroubleLevel },
  before: Trouble | undefined,
  now: number,
): Trouble {
  const isSame = before !== undefined && before.endedAt === null
  return {
    ...{ id, orgId, collector: report.collector, check, subject: subject ?? null, level, found, mend },
    since: isSame ? before.since : now,
    alertedAt: before?.alertedAt ?? null,
    alertedLevel: isSame ? before.alertedLevel : null,
    endedAt: null,
  }
}

/** Told when it is new or worse; what comes back soon waits for the cool-down. */
function alerted(trouble: Trouble, now: number): Trouble {
  const { level, alertedAt, alertedLevel } = trouble
  const isNews = alertedLevel === null || (alertedLevel === 'warning' && level === 'critical')
  const isCool = alertedAt === null || alertedLevel !== null || now - alertedAt >= COOL_DOWN_MS
  return isNews && isCool ? { ...trouble, alertedAt: now, alertedLevel: level } : trouble
}

/** Numbers move with every round: they are no reason to write. */
const isOther = (a: Trouble, b: Trouble): boolean =>
  a.level !== b.level ||
  a.since !== b.since ||
  a.alertedAt !== b.alertedAt ||
  a.alertedLevel !== b.alertedLevel ||
  a.endedAt !== b.endedAt
