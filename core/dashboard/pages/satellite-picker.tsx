import { useId } from 'preact/hooks'
import { ElementsBadge } from '../parts/elements-badge.js'
import { FailureNote } from '../parts/empty.js'
import { useSatelliteSearch } from '../parts/satellite-search.js'
import { useTyped } from '../parts/typed.js'
import { texts } from '../text/texts.js'

const words = texts.campaigns

interface Chosen {
  readonly id: string
  readonly name: string
}

interface Props {
  readonly chosen: readonly Chosen[]
  readonly onChange: (chosen: readonly Chosen[]) => void
  readonly wrong?: string | undefined
}

const SHOWN = 30

/** Satellites by name or number, as core knows them. */
export function SatellitePicker({ chosen, onChange, wrong }: Props) {
  const id = useId()
  const [typed, setTyped, asked] = useTyped()
  const { found, failure } = useSatelliteSearch(asked, SHOWN)
  const offered = found.filter((s) => !chosen.some((c) => c.id === s.id))
  return (
    <div class="field">
      <label for={id}>{words.satellitesLabel}</label>
      {chosen.length > 0 && (
        <ul class="chips">
          {chosen.map((c) => (
            <li key={c.id} class="chip">
              {c.name}
              <button
                type="button"
                aria-label={words.leaveOut(c.name)}
                onClick={() => onChange(chosen.filter((o) => o.id !== c.id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={id}
        class="input"
        type="search"
        value={typed}
        placeholder={words.satelliteSearch}
        spellcheck={false}
        autocomplete="off"
        maxLength={80}
        aria-invalid={wrong !== undefined}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {wrong !== undefined && <div class="wrong">{wrong}</div>}
      {failure !== null && <FailureNote failure={failure} />}
      {offered.length > 0 && (
        <ul class="options">
          {offered.map((s) => (
            <li key={s.id}>
              <button type="button" onClick={() => onChange([...chosen, { id: s.id, name: s.name }])}>
                <span>
                  {s.name} <span class="muted number">{s.id}</span>
                </span>
                <ElementsBadge epoch={Date.parse(s.epoch)} omm={s.omm} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {failure === null && found.length === 0 && (
        <div class="hint">
          {typed.trim() === '' ? words.noSatellites : words.noSatelliteFits(typed.trim())}
        </div>
      )}
    </div>
  )
}
