import type { Station } from '../../../shared/api/fleet.js'
import { useApp } from '../app/app-context.js'
import { CREDENTIAL_TEXT, certificateBadge, currentOf, keyBadge } from '../logic/credential-state.js'
import { ago, utcDate } from '../logic/time-text.js'
import { enrollmentBadge } from '../logic/token-badge.js'
import { Fingerprint } from '../parts/fingerprint.js'
import { Pill } from '../parts/glyph.js'

/** What it signs in with, how old that is, and when it ends. `station`: with its keys and certificates. */
export function StationCredentials({ station }: { station: Station }) {
  const now = useApp().clock.second.value
  const { keys = [], certificates = [] } = station
  const key = currentOf(keys)
  const certificate = currentOf(certificates)
  const keyState = keyBadge(keys, now)
  const certificateState = certificateBadge(certificates, now)
  const link = enrollmentBadge(station, now)
  const used = (at: string | null) => (at === null ? 'never used' : `used ${ago(now - Date.parse(at))}`)
  return (
    <dl class="facts">
      <dt>Signs in with</dt>
      <dd>{CREDENTIAL_TEXT[station.credential]}</dd>
      <dt>Key</dt>
      <dd>
        <Pill tone={keyState.tone} label={keyState.label} />
        {key !== null && (
          <span class="sub">
            <span class="mono">gsk_{key.keyId}_…</span>, {used(key.lastUsedAt)}
            {key.renewAt !== null && `, renewed from ${utcDate(Date.parse(key.renewAt))}`}
          </span>
        )}
      </dd>
      <dt>Certificate</dt>
      <dd>
        <Pill tone={certificateState.tone} label={certificateState.label} />
        {certificate !== null && (
          <span class="sub">
            <span class="mono">{certificate.serial}</span>, {used(certificate.lastUsedAt)}
          </span>
        )}
      </dd>
      <dt>Fingerprint</dt>
      <dd>{station.fingerprint === null ? 'None' : <Fingerprint hex={station.fingerprint} />}</dd>
      {link !== null && (
        <>
          <dt>Enrollment</dt>
          <dd>
            <Pill tone={link.tone} label={link.label} />
          </dd>
        </>
      )}
      {station.expiresAt !== null && (
        <>
          <dt>Ends</dt>
          <dd>{utcDate(Date.parse(station.expiresAt))}, then it is revoked</dd>
        </>
      )}
    </dl>
  )
}
