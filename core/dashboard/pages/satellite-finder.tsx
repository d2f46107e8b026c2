import { useId } from 'preact/hooks'
import type { SatelliteRecord } from '../../../shared/api/elements.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { FailureNote } from '../parts/empty.js'
import { useSatelliteSearch } from '../parts/satellite-search.js'
import { useTyped } from '../parts/typed.js'
import { texts } from '../text/texts.js'

const words = texts.passes
const SHOWN = 8

interface Props {
  /** Null: none. */
  readonly chosen: { readonly id: string; readonly name: string } | null
  readonly onChoose: (satellite: { readonly id: string; readonly name: string } | null) => void
}

/** One satellite out of all that core knows, or none. */
export function SatelliteFinder({ chosen, onChoose }: Props) {
  const id = useId()
  const [typed, setTyped, asked] = useTyped()
  const { found, failure } = useSatelliteSearch(asked === '' ? null : asked, SHOWN)
  const choose = (satellite: SatelliteRecord) => {
    setTyped('')
    onChoose(satellite)
  }
  return (
    <div class="field finder">
      <label for={id}>{words.satellite}</label>
      {chosen === null ? (
        <input
          id={id}
          class="input"
          type="search"
          value={typed}
          placeholder={words.oneSatellite}
          spellcheck={false}
          autocomplete="off"
          maxLength={80}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      ) : (
        <ul class="chips">
          <li class="chip">
            {chosen.name}
            <button
              type="button"
              id={id}
              aria-label={texts.campaigns.leaveOut(chosen.name)}
              onClick={() => onChoose(null)}
            >
              ×
            </button>
          </li>
        </ul>
      )}
      {chosen === null && found.length === 0 && failure === null && (
        <div class="hint">{asked === '' ? words.anySatellite : texts.campaigns.noSatelliteFits(asked)}</div>
      )}
      {failure !== null && <FailureNote failure={failure} />}
      {chosen === null && found.length > 0 && (
        <ul class="options">
          {found.map((s) => (
            <li key={s.id}>
              <button type="button" onClick={() => choose(s)}>
                <span>
                  {s.name} <span class="muted number">{s.id}</span>
                </span>
                <ElementsBadge epoch={Date.parse(s.epoch)} omm={s.omm} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
