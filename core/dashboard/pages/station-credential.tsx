import { useState } from 'preact/hooks'
import { STATION_CREDENTIALS, type StationCredential } from '../../../shared/api/certificates.js'
import { stationSchema } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { CREDENTIAL_TEXT } from '../logic/credential-state.js'
import { useAct } from '../parts/act.js'
import { Choice } from '../parts/choice.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'

const words = texts.station.credential

/** With what the station may sign in (B15). What is accepted no more is cut at once. */
export function StationCredentialDialog({ entry, onClose }: { entry: StationEntry; onClose: () => void }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [credential, setCredential] = useState<StationCredential>(entry.record.peek().credential)
  const act = useAct()
  const save = async () => {
    const path = `orgs/${org}/stations/${entry.id}`
    const done = await act.run(async () =>
      bus.stations.put(await api.patch(path, stationSchema, { credential })),
    )
    if (done) onClose()
  }
  return (
    <Dialog title={texts.station.identity.signsIn} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Choice
          label={words.label(entry.record.value.name)}
          options={STATION_CREDENTIALS.map((kind) => [kind, CREDENTIAL_TEXT[kind]] as const)}
          value={credential}
          onChange={setCredential}
        />
        <p class="muted">{words.text}</p>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" class="button primary" disabled={act.busy}>
            {words.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
