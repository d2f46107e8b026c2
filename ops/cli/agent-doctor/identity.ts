/**
 * Who the station is: its credential, the age of its key, its certificate.
 * @module
 */
import type { Credential } from '../../../agent/credential.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import { DAY } from '../../../shared/time.js'
import { ill, well } from './finding.js'

const days = (ms: number): string => {
  const whole = Math.floor(Math.abs(ms) / DAY)
  return `${whole} day${whole === 1 ? '' : 's'}`
}

/** An agent that runs renews by itself, so what is overdue says that it could not. */
const RENEW = 'The agent renews it by itself: see that it runs and reaches core (talos agent logs).'

function keyFinding({ keyIssuedAt, keyRenewAt }: Credential, nowMs: number): HealthFinding {
  const age = `issued ${days(nowMs - Date.parse(keyIssuedAt))} ago`
  if (keyRenewAt === undefined) return well('Key', age)
  const leftMs = Date.parse(keyRenewAt) - nowMs
  // E30: the renewal is asked for from then on; a week later something is in its way.
  return leftMs < -7 * DAY
    ? ill('warning', 'Key', `${age}, to be renewed since ${days(leftMs)}`, RENEW)
    : well('Key', leftMs < 0 ? `${age}, to be renewed now` : `${age}, to be renewed in ${days(leftMs)}`)
}

function certificateFinding({ identity }: Credential, nowMs: number): HealthFinding[] {
  const check = 'Certificate'
  const certificate = identity?.certificate
  if (identity === undefined || certificate === undefined || certificate === null)
    return [well(check, 'none: the station signs in with its key')]
  const leftMs = Date.parse(certificate.notAfter) - nowMs
  if (leftMs < 0) return [ill('critical', check, `expired ${days(leftMs)} ago`, RENEW)]
  return leftMs < 7 * DAY
    ? [ill('warning', check, `ends in ${days(leftMs)}`, RENEW)]
    : [well(check, `good for ${days(leftMs)}`)]
}

export function identityFindings(credential: Credential, nowMs: number): HealthFinding[] {
  const { stationId, org, url } = credential
  return [
    well('Station', `${stationId} of ${org} at ${url}`),
    keyFinding(credential, nowMs),
    ...certificateFinding(credential, nowMs),
  ]
}
