/**
 * What to make of how stations are enrolled, and what to do about it (H1, H3, E7). Pure.
 * @module
 */
import type { EnrollmentState, HealthFinding } from '../../shared/api/health.js'
import { fine, judgeBy } from './judging.js'
import type { Thresholds } from './thresholds.js'

export function judgeEnrollment(
  { issuers, active, waiting }: EnrollmentState,
  thresholds: Thresholds,
): HealthFinding[] {
  const [most] = issuers
  return [
    judgeBy(thresholds)('enrollmentIssuedHourly', most?.issued ?? 0, {
      check: 'Tokens issued',
      found:
        most === undefined
          ? 'none in the last hour'
          : `at most ${most.issued} in the last hour, by ${most.email ?? most.id} in ${most.org}`,
      mend: 'Ask them. Was it not them: talos users disable; their open tokens end with it. See talos enroll list.',
    }),
    fine('Tokens open', `${active} can be used`),
    {
      check: 'Agents waiting',
      level: waiting === 0 ? 'ok' : 'note',
      found: waiting === 0 ? 'none' : `${waiting} for somebody to approve them`,
      mend: waiting === 0 ? '' : 'See who they are: talos stations list --status pending',
    },
  ]
}
