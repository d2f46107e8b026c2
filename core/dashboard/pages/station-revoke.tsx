import { useState } from 'preact/hooks'
import { nothing } from '../api/client.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'

/** W5: a station is revoked by naming it. */
export function RevokeStation({ entry, onClose }: { entry: StationEntry; onClose: () => void }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [typed, setTyped] = useState('')
  const act = useAct()
  const { name } = entry.record.value
  const revoke = async () => {
    const path = `orgs/${org}/stations/${entry.id}`
    const done = await act.run(async () => {
      await api.post(`${path}/revoke`, nothing, { name: typed })
      await bus.stations.refresh(entry.id)
    })
    if (done) onClose()
  }
  return (
    <Dialog title={`Revoke ${name}`} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void revoke()
        }}
      >
        <p>
          Its key ends now and for ever, its connection closes, its contacts are given up. To come back, the
          machine has to enroll as a new station.
        </p>
        <Field
          label={`Type «${name}» to confirm`}
          value={typed}
          onInput={setTyped}
          autoFocus
          autoComplete="off"
          maxLength={80}
        />
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" class="button danger" disabled={typed !== name || act.busy}>
            Revoke for ever
          </button>
        </div>
      </form>
    </Dialog>
  )
}
