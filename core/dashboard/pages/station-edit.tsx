import { useId, useState } from 'preact/hooks'
import { stationSchema } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { checkStation, formOf, type StationField } from '../logic/station-form.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.station.edit

/** Name, place, lowest elevation, skyline and radio of a station. */
export function EditStation({ entry, onClose }: { entry: StationEntry; onClose: () => void }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [form, setForm] = useState(() => formOf(entry.record.peek()))
  const [wrong, setWrong] = useState<Partial<Record<StationField, string>>>({})
  const act = useAct()
  const id = useId()
  const field = (name: StationField) => ({
    value: form[name],
    onInput: (value: string) => setForm({ ...form, [name]: value }),
    wrong: wrong[name],
  })
  const area = (name: 'mask' | 'rf', label: string, hint: string, example: string) => (
    <div class="field">
      <label for={`${id}-${name}`}>{label}</label>
      <textarea
        id={`${id}-${name}`}
        class="input mono"
        value={form[name]}
        spellcheck={false}
        aria-invalid={wrong[name] !== undefined}
        aria-describedby={`${id}-${name}-more`}
        placeholder={example}
        onInput={(event) => setForm({ ...form, [name]: event.currentTarget.value })}
      />
      <div id={`${id}-${name}-more`} class={wrong[name] === undefined ? 'hint' : 'wrong'}>
        {wrong[name] ?? hint}
      </div>
    </div>
  )
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
    <Dialog title={words.title} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label={words.name} {...field('name')} maxLength={80} />
        <div class="form-row">
          <Field label={words.lat} {...field('lat')} placeholder="38.048" />
          <Field label={words.lon} {...field('lon')} placeholder="23.739" />
          <Field label={words.alt} {...field('altM')} placeholder="150" />
        </div>
        <Field label={words.lowest} {...field('minElevation')} hint={words.lowestHint} />
        {area('mask', words.skyline, words.skylineHint, '0 12\n90 5\n180 20')}
        {area('rf', words.radio, words.radioHint, 'receive 430 440 rhcp\ntransmit 145.8 146')}
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
