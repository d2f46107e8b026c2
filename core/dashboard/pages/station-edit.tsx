import { useId, useState } from 'preact/hooks'
import { stationSchema } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { checkStation, formOf, type StationField } from '../logic/station-form.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'

/** Name, place, lowest elevation and skyline of a station. */
export function EditStation({ entry, onClose }: { entry: StationEntry; onClose: () => void }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [form, setForm] = useState(() => formOf(entry.record.peek()))
  const [wrong, setWrong] = useState<Partial<Record<StationField, string>>>({})
  const act = useAct()
  const maskId = useId()
  const field = (name: StationField) => ({
    value: form[name],
    onInput: (value: string) => setForm({ ...form, [name]: value }),
    wrong: wrong[name],
  })
  const save = async () => {
    const checked = checkStation(form)
    setWrong(checked.ok ? {} : checked.wrong)
    if (!checked.ok) return
    const done = await act.run(async () =>
      bus.stations.put(await api.patch(`orgs/${org}/stations/${entry.id}`, stationSchema, checked.body)),
    )
    if (done) onClose()
  }
  return (
    <Dialog title="Edit station" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label="Name" {...field('name')} maxLength={80} />
        <div class="form-row">
          <Field label="Latitude" {...field('lat')} placeholder="38.048" />
          <Field label="Longitude" {...field('lon')} placeholder="23.739" />
          <Field label="Altitude, m" {...field('altM')} placeholder="150" />
        </div>
        <Field
          label="Lowest elevation"
          {...field('minElevation')}
          hint="Degrees. Below it nothing is booked."
        />
        <div class="field">
          <label for={maskId}>Skyline</label>
          <textarea
            id={maskId}
            class="input mono"
            value={form.mask}
            spellcheck={false}
            aria-invalid={wrong.mask !== undefined}
            placeholder={'0 12\n90 5\n180 20'}
            onInput={(event) => setForm({ ...form, mask: event.currentTarget.value })}
          />
          <div class={wrong.mask === undefined ? 'hint' : 'wrong'}>
            {wrong.mask ??
              'What hides the sky: azimuth and elevation, one point a line. Not a limit of the mount.'}
          </div>
        </div>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={act.busy}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
