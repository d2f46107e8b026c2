import { useState } from 'preact/hooks'
import { nothing } from '../api/client.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.station.revoke

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
    <Dialog title={words.title(name)} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void revoke()
        }}
      >
        <p>{words.text}</p>
        <Field
          label={words.type(name)}
          value={typed}
          onInput={setTyped}
          autoFocus
          autoComplete="off"
          maxLength={80}
        />
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            {words.keep}
          </button>
          <button type="submit" class="button danger" disabled={typed !== name || act.busy}>
            {words.revoke}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
