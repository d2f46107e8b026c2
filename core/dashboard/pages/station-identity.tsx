import { useState } from 'preact/hooks'
import type { z } from 'zod'
import type { stationCertificateSchema } from '../../../shared/api/certificates.js'
import { type Station, stationSchema } from '../../../shared/api/fleet.js'
import type { StationKeyItem } from '../../../shared/api/station-keys.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { certificateBadge, currentOf, keyBadge } from '../logic/credential-state.js'
import { ago, utcDate } from '../logic/time-text.js'
import { enrollmentBadge } from '../logic/token-badge.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { useEvery } from '../parts/every.js'
import { Fingerprint } from '../parts/fingerprint.js'
import { Pill } from '../parts/glyph.js'
import { Show, useResource } from '../parts/resource.js'
import { AddStation } from './add-station.js'
import { LockStation } from './station-lock.js'
import { RevokeStation } from './station-revoke.js'

type Certificate = z.infer<typeof stationCertificateSchema>
const NO_KEYS: readonly StationKeyItem[] = []
const NO_CERTIFICATES: readonly Certificate[] = []

const CREDENTIALS: Readonly<Record<Station['credential'], string>> = {
  key: 'Its key alone',
  certificate: 'Its certificate alone',
  either: 'Its key or its certificate',
}

const LOOK_MS = 10 * SECOND

/** What it signs in with, how old that is, and when it ends. */
function Credentials({ station }: { station: Station }) {
  const now = useApp().clock.second.value
  const { keys = NO_KEYS, certificates = NO_CERTIFICATES } = station
  const key = currentOf(keys)
  const certificate = currentOf(certificates)
  const keyState = keyBadge(keys, now)
  const certificateState = certificateBadge(certificates, now)
  const link = enrollmentBadge(station, now)
  const used = (at: string | null) => (at === null ? 'never used' : `used ${ago(now - Date.parse(at))}`)
  return (
    <dl class="facts">
      <dt>Signs in with</dt>
      <dd>{CREDENTIALS[station.credential]}</dd>
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
          <dt>Link</dt>
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

type Open = 'link' | 'lock' | 'revoke'

/** Who the station is to Talos, and the means to change or to end that. */
export function StationIdentity({ entry }: { entry: StationEntry }) {
  const { api, session } = useApp()
  const { org, bus } = useFleet()
  const [open, setOpen] = useState<Open | null>(null)
  const act = useAct()
  const path = `orgs/${org}/stations/${entry.id}`
  const record = entry.record.value
  const { status, locked } = record
  // Lists leave keys and certificates out (E23); a change of the record is a reason to look anew.
  const [full, reload] = useResource(`identity ${entry.id} ${status} ${locked?.at}`, () =>
    api.get(path, stationSchema),
  )
  useEvery(LOOK_MS, reload, full.kind === 'ready')
  const isOver = status === 'revoked' || status === 'rejected'
  const rotate = async () => {
    const done = await act.run(() => api.post(`${path}/rotate-key`, stationSchema))
    if (done) await reload()
  }
  const unlock = () => act.run(async () => bus.stations.put(await api.post(`${path}/unlock`, stationSchema)))
  const close = () => {
    setOpen(null)
    void reload()
  }
  const mayLock = session.can('update_stations') && status === 'approved'
  return (
    <section class="card identity" aria-labelledby="identity">
      <div class="card-head">
        <h2 id="identity">Identity</h2>
      </div>
      <div class="card-body">
        <Show of={full} retry={() => void reload()}>
          {(station) => <Credentials station={station} />}
        </Show>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="identity-acts">
          {session.can('manage_enrollment_tokens') && !isOver && (
            <button type="button" class="button small" onClick={() => setOpen('link')}>
              New link…
            </button>
          )}
          {session.can('rotate_station_keys') && status === 'approved' && (
            <button type="button" class="button small" disabled={act.busy} onClick={() => void rotate()}>
              Replace key
            </button>
          )}
          {mayLock &&
            (locked === null ? (
              <button type="button" class="button small" onClick={() => setOpen('lock')}>
                Lock…
              </button>
            ) : (
              <button type="button" class="button small" disabled={act.busy} onClick={() => void unlock()}>
                Unlock
              </button>
            ))}
          {session.can('remove_stations') && status === 'approved' && (
            <button type="button" class="button small danger" onClick={() => setOpen('revoke')}>
              Revoke…
            </button>
          )}
        </div>
      </div>
      {open === 'link' && <AddStation entry={entry} onClose={close} />}
      {open === 'lock' && <LockStation entry={entry} onClose={close} />}
      {open === 'revoke' && <RevokeStation entry={entry} onClose={close} />}
    </section>
  )
}
