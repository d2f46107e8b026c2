/**
 * How the keys and certificates of a station stand (E20, E30).
 * @module
 */
import type { StationCertificateItem, StationCredential } from '../../../shared/api/certificates.js'
import type { Station } from '../../../shared/api/fleet.js'
import type { StationKeyItem } from '../../../shared/api/station-keys.js'
import { DAY } from '../../../shared/time.js'
import { utcDate } from './time-text.js'
import type { Badge } from './token-badge.js'

/** From here on a certificate that has not renewed itself wants a person: it should have, twice over. */
const CERTIFICATE_WARN_MS = 7 * DAY

export const CREDENTIAL_TEXT: Readonly<Record<StationCredential, string>> = {
  either: 'Key or certificate',
  key: 'Key alone',
  certificate: 'Certificate alone',
}

interface Life {
  readonly provenAt: string | null
  readonly revokedAt: string | null
}

/** The one that counts, the newest first in the list: the newest that was used, else the newest that may be. */
export function currentOf<T extends Life>(list: readonly T[]): T | null {
  const good = list.filter(({ revokedAt }) => revokedAt === null)
  return good.find(({ provenAt }) => provenAt !== null) ?? good[0] ?? null
}

/** Has one been issued that waits for its first use, beside the one that it follows? */
export function isRotating(list: readonly Life[]): boolean {
  const good = list.filter(({ revokedAt }) => revokedAt === null)
  return good.length > 1 && good[0]?.provenAt === null
}

/** E20: has a machine ever connected with any of them? Then no other can become this station. */
export const wasUsed = ({ keys = [], certificates = [] }: Pick<Station, 'keys' | 'certificates'>): boolean =>
  [...keys, ...certificates].some(({ provenAt }) => provenAt !== null)

/** Whole days of an age or of what is left: `today`, `1 day`, `12 days`. */
const days = (ms: number): string => {
  const count = Math.floor(ms / DAY)
  return count < 1 ? 'less than a day' : `${count} ${count === 1 ? 'day' : 'days'}`
}

export function keyBadge(keys: readonly StationKeyItem[], now: number): Badge {
  const key = currentOf(keys)
  if (key === null) return { tone: 'quiet', label: 'None' }
  if (isRotating(keys)) return { tone: 'busy', label: 'Being replaced' }
  if (key.provenAt === null) return { tone: 'calm', label: 'Not used yet' }
  const old = days(now - Date.parse(key.createdAt))
  if (key.renewAt !== null && Date.parse(key.renewAt) <= now)
    return { tone: 'warn', label: `${old} old, due to be replaced` }
  return { tone: 'good', label: `${old} old` }
}

export function certificateBadge(certificates: readonly StationCertificateItem[], now: number): Badge {
  const certificate = currentOf(certificates)
  if (certificate === null) return { tone: 'quiet', label: 'None' }
  const end = Date.parse(certificate.notAfter)
  if (end <= now) return { tone: 'bad', label: `Ended on ${utcDate(end)}` }
  if (isRotating(certificates)) return { tone: 'busy', label: 'Being replaced' }
  if (end - now < CERTIFICATE_WARN_MS) return { tone: 'warn', label: `Ends in ${days(end - now)}` }
  return { tone: 'good', label: `Until ${utcDate(end)}` }
}
