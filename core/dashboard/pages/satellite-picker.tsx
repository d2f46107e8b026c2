import { useEffect, useId, useState } from 'preact/hooks'
import { type SatelliteRecord, satellitesResponse } from '../../../shared/api/elements.js'
import { useApp } from '../app/app-context.js'
import { type Failure, failureOf } from '../logic/failure-text.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { FailureNote } from '../parts/empty.js'
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

const PAUSE_MS = 200
const SHOWN = 30

/** Satellites by name or number, as core knows them. */
export function SatellitePicker({ chosen, onChange, wrong }: Props) {
  const { api } = useApp()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<readonly SatelliteRecord[]>([])
  const [failure, setFailure] = useState<Failure | null>(null)
  useEffect(() => {
    let late = false
    const timer = setTimeout(async () => {
      try {
        const page = await api.get('satellites', satellitesResponse, { search: typed.trim(), limit: SHOWN })
        if (late) return
        setFound(page.items)
        setFailure(null)
      } catch (error) {
        if (!late) setFailure(failureOf(error))
      }
    }, PAUSE_MS)
    return () => {
      late = true
      clearTimeout(timer)
    }
  }, [api, typed])
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
