import type { Station } from '../../../shared/api/fleet.js'
import { useApp } from '../app/app-context.js'
import { CREDENTIAL_TEXT, certificateBadge, currentOf, keyBadge } from '../logic/credential-state.js'
import { ago, utcDate } from '../logic/time-text.js'
import { enrollmentBadge } from '../logic/token-badge.js'
import { Fingerprint } from '../parts/fingerprint.js'
import { Pill } from '../parts/glyph.js'
import { texts } from '../text/texts.js'

const words = texts.station.identity

/** What it signs in with, how old that is, and when it ends. `station`: with its keys and certificates. */
export function StationCredentials({ station }: { station: Station }) {
  const now = useApp().clock.second.value
  const { keys = [], certificates = [] } = station
  const key = currentOf(keys)
  const certificate = currentOf(certificates)
  const keyState = keyBadge(keys, now)
  const certificateState = certificateBadge(certificates, now)
  const link = enrollmentBadge(station, now)
  const used = (at: string | null) => (at === null ? words.neverUsed : words.used(ago(now - Date.parse(at))))
  return (
    <dl class="facts">
      <dt>{words.signsIn}</dt>
      <dd>{CREDENTIAL_TEXT[station.credential]}</dd>
      <dt>{words.key}</dt>
      <dd>
        <Pill tone={keyState.tone} label={keyState.label} />
        {key !== null && (
          <span class="sub">
            <span class="mono">gsk_{key.keyId}_…</span>, {used(key.lastUsedAt)}
            {key.renewAt !== null && words.renewed(utcDate(Date.parse(key.renewAt)))}
          </span>
        )}
      </dd>
      <dt>{words.certificate}</dt>
      <dd>
        <Pill tone={certificateState.tone} label={certificateState.label} />
        {certificate !== null && (
          <span class="sub">
            <span class="mono">{certificate.serial}</span>, {used(certificate.lastUsedAt)}
          </span>
        )}
      </dd>
      <dt>{words.fingerprint}</dt>
      <dd>{station.fingerprint === null ? words.none : <Fingerprint hex={station.fingerprint} />}</dd>
      {link !== null && (
        <>
          <dt>{words.enrollment}</dt>
          <dd>
            <Pill tone={link.tone} label={link.label} />
          </dd>
        </>
      )}
      {station.expiresAt !== null && (
        <>
          <dt>{words.ends}</dt>
          <dd>{words.endsAt(utcDate(Date.parse(station.expiresAt)))}</dd>
        </>
      )}
    </dl>
  )
}
