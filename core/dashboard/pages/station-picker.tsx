import { useFleet } from '../app/app-context.js'
import { Check } from '../parts/field.js'
import { texts } from '../text/texts.js'

/** Which stations may follow the satellites; none chosen means all. */
export function StationPicker({
  chosen,
  onChange,
}: {
  chosen: readonly string[]
  onChange: (ids: readonly string[]) => void
}) {
  const { bus } = useFleet()
  const stations = bus.stations.list.value.filter(
    (s) => s.record.value.status === 'approved' || chosen.includes(s.id),
  )
  if (stations.length < 2) return null
  return (
    <fieldset class="field">
      <legend class="label">{texts.campaigns.stationsLabel}</legend>
      <div class="hint">
        {chosen.length === 0 ? texts.campaigns.stationsAll : texts.campaigns.stationsChosen}
      </div>
      <div class="pick-stations">
        {stations.map(({ id, record }) => (
          <Check
            key={id}
            checked={chosen.includes(id)}
            onChange={(checked) => onChange(checked ? [...chosen, id] : chosen.filter((c) => c !== id))}
          >
            {record.value.name}
          </Check>
        ))}
      </div>
    </fieldset>
  )
}
