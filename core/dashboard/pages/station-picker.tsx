import { useFleet } from '../app/app-context.js'
import { Check } from '../parts/field.js'

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
      <legend class="label">Stations</legend>
      <div class="hint">
        {chosen.length === 0 ? 'All stations, those to come as well.' : 'Only the chosen ones.'}
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
