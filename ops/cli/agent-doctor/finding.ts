/** One line of a doctor, said shortly. */
import type { HealthFinding, HealthLevel } from '../../../shared/api/health.js'

export const well = (check: string, found: string): HealthFinding => ({ check, level: 'ok', found, mend: '' })

export const ill = (
  level: Exclude<HealthLevel, 'ok'>,
  check: string,
  found: string,
  mend: string,
): HealthFinding => ({ check, level, found, mend })
