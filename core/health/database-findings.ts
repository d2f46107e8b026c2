/**
 * What to make of how the database does (H1, H3). Pure.
 * @module
 */
import type { DatabaseState, HealthFinding } from '../../shared/api/health.js'
import { fine, judgeBy, ms, size } from './judging.js'
import type { Thresholds } from './thresholds.js'

/** H11: a first question opens a connection, which tells nothing of those to come. */
const MIN_QUESTIONS = 3

export function judgeDatabase(state: DatabaseState, thresholds: Thresholds): HealthFinding[] {
  const judge = judgeBy(thresholds)
  const { latencyMs, worstLatencyMs, measured, connections, maxConnections, sizeBytes, tables } = state
  const took = `answers in ${ms(latencyMs)}`
  const largest = Object.entries(tables)
    .slice(0, 3)
    .map(([name, bytes]) => `${name} ${size(bytes)}`)
    .join(', ')
  return [
    measured < MIN_QUESTIONS
      ? fine('Answers', `${took}; asked too seldom yet to judge`)
      : judge('databaseLatencyMs', worstLatencyMs, {
          check: 'Answers',
          found: `${took}; ${ms(worstLatencyMs)} at most, of ${measured} times in five minutes`,
          mend: 'See what else the machine of PostgreSQL does, its disk, and queries that run long: pg_stat_activity.',
        }),
    judge('databaseConnectionsPercent', (100 * connections) / Math.max(1, maxConnections), {
      check: 'Connections',
      found: `${connections} of ${maxConnections}`,
      mend: 'See who is connected: pg_stat_activity. End what is not ours, or raise max_connections.',
    }),
    fine('Size', `${size(sizeBytes)}; largest: ${largest}`),
    fine('Version', `PostgreSQL ${state.version}`),
  ]
}

/** Instead of all that, when there was no answer. */
export const databaseAway = (reason: string): HealthFinding => ({
  check: 'Answers',
  level: 'critical',
  found: `no answer: ${reason}`,
  mend: 'Is PostgreSQL up, and does TALOS_DATABASE_URL lead to it? See the log of core.',
})
