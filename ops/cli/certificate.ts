/**
 * What to make of a certificate that a server showed (H14).
 * @module
 */
import { levelOf, THRESHOLDS } from '../../core/health/thresholds.js'
import type { HealthFinding } from '../../shared/api/health.js'
import { DAY } from '../../shared/time.js'
import type { ShownCertificate } from './mqtt-probe.js'

/** What is wrong with a certificate; a good one is one line too. */
export function judgeCertificate(
  hostname: string,
  certificate: ShownCertificate | null,
  nowMs: number,
): HealthFinding[] {
  if (certificate === null) return []
  const days = Math.floor((certificate.expiresAt - nowMs) / DAY)
  const date = new Date(certificate.expiresAt).toISOString().slice(0, 10)
  const lasts =
    days < 0
      ? `expired on ${date}`
      : days < 1
        ? `expires within a day, on ${date}`
        : `is good for ${days} day${days === 1 ? '' : 's'}, until ${date}`
  const level = levelOf(days, THRESHOLDS.certificateDays)
  const renew = 'Put a newer pair where TALOS_TLS_CERT and TALOS_TLS_KEY point; core takes it by itself.'
  return [
    {
      ...{ check: 'Certificate', level },
      found: `of ${hostname} ${lasts}`,
      mend: level === 'ok' ? '' : renew,
    },
    ...(certificate.otherNames === null
      ? []
      : [
          {
            ...{ check: 'Certificate', level: 'critical' as const },
            found: `is for ${certificate.otherNames}, not for ${hostname}`,
            mend: `Every client refuses it. Get one for ${hostname}, or set TALOS_PUBLIC_URL to a name that it bears.`,
          },
        ]),
    ...(certificate.distrust === null
      ? []
      : [
          {
            ...{ check: 'Certificate', level: 'warning' as const },
            found: `is not trusted by this machine (${certificate.distrust})`,
            mend: 'Agents need `caFile` in agent.json; programs here NODE_EXTRA_CA_CERTS=<the authority, PEM>.',
          },
        ]),
  ]
}
