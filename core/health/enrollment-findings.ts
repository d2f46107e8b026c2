/**
 * What to make of how stations are enrolled, and what to do about it (H1, H3, E7). Pure.
 * @module
 */
import type { EnrollmentState, HealthFinding } from '../../shared/api/health.js'
import { levelOf, type Thresholds } from './thresholds.js'

export function judgeEnrollment(
  { issuers, active, waiting }: EnrollmentState,
  thresholds: Thresholds,
): HealthFinding[] {
  const [most] = issuers
  const level = levelOf(most?.issued ?? 0, thresholds.enrollmentIssuedHourly)
  return [
    {
      check: 'Tokens issued',
      level,
      found:
        most === undefined
          ? 'none in the last hour'
          : `at most ${most.issued} in the last hour, by ${most.email ?? most.id} in ${most.org}`,
      mend:
        level === 'ok'
          ? ''
          : 'Ask them. Was it not them: talos users disable; their open tokens end with it. See talos enroll list.',
    },
    { check: 'Tokens open', level: 'ok', found: `${active} can be used`, mend: '' },
    {
      check: 'Agents waiting',
      level: waiting === 0 ? 'ok' : 'note',
      found: waiting === 0 ? 'none' : `${waiting} for somebody to approve them`,
      mend: waiting === 0 ? '' : 'See who they are: talos stations list --status pending',
    },
  ]
}
