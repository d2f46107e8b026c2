/**
 * Findings, for people: what was looked at, how it stands, what was seen, and below it what to do.
 * @module
 */
import type { HealthFinding } from '../../shared/api/health.js'

/** A few lines for each finding; those with nothing to do have one. */
export function findingsText(findings: readonly HealthFinding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length))
  const levelWidth = 'critical'.length
  const indent = ' '.repeat(width + levelWidth + 4)
  return findings
    .map(({ check, level, found, mend }) => {
      const line = `${check.padEnd(width)}  ${level.padEnd(levelWidth)}  ${found}`
      return mend === '' ? line : `${line}\n${indent}-> ${mend}`
    })
    .join('\n')
}
