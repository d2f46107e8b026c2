import { useState } from 'preact/hooks'
import { stationSchema } from '../../../shared/api/fleet.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { currentOf, wasUsed } from '../logic/credential-state.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { useEvery } from '../parts/every.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { AddStation } from './add-station.js'
import { StationCredentialDialog } from './station-credential.js'
import { StationCredentials } from './station-credentials.js'
import { LockStation } from './station-lock.js'
import { RevokeStation } from './station-revoke.js'

const words = texts.station.identity

const DIALOGS = {
  link: AddStation,
  credential: StationCredentialDialog,
  lock: LockStation,
  revoke: RevokeStation,
} as const
type Open = keyof typeof DIALOGS

const LOOK_MS = 10 * SECOND
/** While something is awaited. */
const SOON_MS = 1.5 * SECOND

/** Who the station is to Talos, and the means to change or to end that. */
export function StationIdentity({ entry }: { entry: StationEntry }) {
  const { api, session } = useApp()
  const { org, bus } = useFleet()
  const [open, setOpen] = useState<Open | null>(null)
  /** The key that is to be replaced. */
  const [asked, setAsked] = useState<string | null>(null)
  const act = useAct()
  const path = `orgs/${org}/stations/${entry.id}`
  const { status, locked, credential } = entry.record.value
  // Lists leave keys and certificates out (E23); a change of the record is a reason to look anew.
  const [full, reload] = useResource(`identity ${entry.id} ${status} ${locked?.at} ${credential}`, () =>
    api.get(path, stationSchema),
  )
  const keyId = full.kind === 'ready' ? (currentOf(full.value.keys ?? [])?.keyId ?? null) : null
  const isAsked = asked !== null && keyId === asked
  useEvery(isAsked ? SOON_MS : LOOK_MS, reload, full.kind === 'ready')
  const rotate = async () => {
    if (await act.run(() => api.post(`${path}/rotate-key`, stationSchema))) setAsked(keyId)
    await reload()
  }
  const unlock = () => act.run(async () => bus.stations.put(await api.post(`${path}/unlock`, stationSchema)))
  const isIn = status === 'approved'
  const isUsable = isIn && locked === null
  const isFree = (isIn || status === 'pending') && full.kind === 'ready' && !wasUsed(full.value)
  // Whose lock it is, or who may loosen what guards metal.
  const mayUnlock =
    locked !== null && (locked.by.id === session.me.value?.id || session.can('configure_hardware'))
  const offers: readonly (readonly [Open | 'rotate' | 'unlock', string, boolean])[] = [
    ['link', words.link, isFree && session.can('manage_enrollment_tokens')],
    ['credential', words.credential, isIn && session.can('rotate_station_keys')],
    ['rotate', words.rotate, isUsable && session.can('rotate_station_keys')],
    ['lock', words.lock, isUsable && session.can('command_stations')],
    ['unlock', words.unlock, isIn && mayUnlock && session.can('command_stations')],
    ['revoke', words.revoke, isIn && session.can('remove_stations')],
  ]
  const press = (what: Open | 'rotate' | 'unlock') => {
    if (what === 'rotate') void rotate()
    else if (what === 'unlock') void unlock()
    else setOpen(what)
  }
  const Opened = open === null ? null : DIALOGS[open]
  return (
    <section class="card identity" aria-labelledby="identity">
      <div class="card-head">
        <h2 id="identity">{words.title}</h2>
      </div>
      <div class="card-body">
        <Show of={full} retry={() => void reload()}>
          {(station) => <StationCredentials station={station} />}
        </Show>
        {isAsked && (
          <p class="note busy" role="status">
            {words.asked}
          </p>
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="identity-acts">
          {offers
            .filter(([, , isOffered]) => isOffered)
            .map(([what, label]) => (
              <button
                key={what}
                type="button"
                class={what === 'revoke' ? 'button small danger' : 'button small'}
                disabled={act.busy}
                onClick={() => press(what)}
              >
                {label}
              </button>
            ))}
        </div>
      </div>
      {Opened !== null && (
        <Opened
          entry={entry}
          onClose={() => {
            setOpen(null)
            void reload()
          }}
        />
      )}
    </section>
  )
}
