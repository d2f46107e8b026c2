import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import { type SatelliteRecord, satellitesResponse } from '../../../shared/api/elements.js'
import type { StationEntry } from '../live/stations.js'
import { find } from '../logic/palette.js'
import { stationPath } from '../logic/route.js'
import { useCommander } from '../parts/command.js'
import { Dialog } from '../parts/dialog.js'
import { CommandOutcome } from '../parts/stop-button.js'
import { texts } from '../text/texts.js'
import { useApp, useFleet } from './app-context.js'
import {
  actEntries,
  type Entry,
  type Group,
  pageEntries,
  satelliteEntries,
  stationEntries,
} from './palette-entries.js'

const words = texts.palette
/** Before anything is typed, only what is few. */
const AT_FIRST: readonly Group[] = ['pages', 'acts']
const SHOWN = 40
const PAUSE_MS = 150

/** Satellites that fit, as core finds them; none while the query is too short to mean one. */
function useSatellites(query: string): readonly SatelliteRecord[] {
  const { api, session } = useApp()
  const [found, setFound] = useState<readonly SatelliteRecord[]>([])
  // Core looks for a piece of the name; the palette then wants every word.
  const search = query.split(/\s+/).reduce((a, b) => (b.length > a.length ? b : a), '')
  const wanted = search.length > 1 && session.can('view_passes')
  useEffect(() => {
    if (!wanted) {
      setFound([])
      return
    }
    let late = false
    const timer = setTimeout(() => {
      api
        .get('satellites', satellitesResponse, { search, limit: 8 })
        .then(({ items }) => {
          if (!late) setFound(items)
        })
        // The rest of the palette is of use without them.
        .catch(() => undefined)
    }, PAUSE_MS)
    return () => {
      late = true
      clearTimeout(timer)
    }
  }, [api, search, wanted])
  return found
}

/** STOP, sent when this appears, and what became of it. */
function Stopping({ station, onClose }: { station: StationEntry; onClose: () => void }) {
  const { id, name } = station.record.value
  const { outcome, send } = useCommander(id)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each choice
  useEffect(() => send({ op: 'stop', args: {} }), [])
  return (
    <div class="palette-stop">
      <h3>{name}</h3>
      <CommandOutcome outcome={outcome} />
      <a class="button" href={stationPath(id)} onClick={onClose}>
        {words.openStation(name)}
      </a>
    </div>
  )
}

const Option = ({ entry, id, selected, onPick }: OptionProps) => (
  // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the chosen one
  // biome-ignore lint/a11y/useKeyWithClickEvents: the field hears the keys
  <div role="option" id={id} aria-selected={selected} class="palette-option" onClick={onPick}>
    <span class={entry.stops === undefined ? '' : 'stops'}>{entry.name}</span>
    {entry.beside !== undefined && <span class="beside">{entry.beside}</span>}
    {entry.keys !== undefined && <kbd class="only-wide">{entry.keys}</kbd>}
  </div>
)
interface OptionProps {
  readonly entry: Entry
  readonly id: string
  readonly selected: boolean
  readonly onPick: () => void
}

/** Everything by its name: pages, stations, satellites and acts. */
export function Palette() {
  const app = useApp()
  const fleet = useFleet()
  const listId = useId()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const [stopping, setStopping] = useState<StationEntry | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const satellites = useSatellites(query)
  const close = () => app.overlay.close()
  const known = useMemo(
    () => [...pageEntries(app), ...stationEntries(app, fleet), ...actEntries(app, fleet)],
    [app, fleet],
  )
  const shown = useMemo(() => {
    if (query.trim() === '') return known.filter((e) => AT_FIRST.includes(e.group) && e.stops === undefined)
    return find([...known, ...satelliteEntries(app, fleet, satellites)], query, SHOWN)
  }, [app, fleet, known, query, satellites])
  const chosen = Math.min(at, Math.max(0, shown.length - 1))
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  })
  const pick = (entry: Entry | undefined) => {
    if (entry === undefined) return
    if (entry.stops !== undefined) {
      setStopping(entry.stops)
      return
    }
    close()
    if (entry.path !== undefined) app.router.go(entry.path)
    entry.act?.()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt(Math.max(0, Math.min(shown.length - 1, chosen + step)))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      pick(shown[chosen])
    }
  }
  return (
    <Dialog title={words.title} onClose={close} kind="palette" isLight>
      {stopping !== null ? (
        <Stopping station={stopping} onClose={close} />
      ) : (
        <>
          <input
            class="input"
            type="text"
            role="combobox"
            autofocus
            aria-label={words.title}
            aria-expanded
            aria-autocomplete="list"
            aria-controls={listId}
            aria-activedescendant={shown.length > 0 ? `${listId}-${chosen}` : undefined}
            placeholder={words.placeholder}
            value={query}
            spellcheck={false}
            autocomplete="off"
            maxLength={80}
            onInput={(event) => {
              setQuery(event.currentTarget.value)
              setAt(0)
            }}
            onKeyDown={onKeyDown}
          />
          <div ref={list} id={listId} class="palette-list" role="listbox" aria-label={words.results}>
            {shown.map((entry, n) => (
              <Option
                key={entry.id}
                id={`${listId}-${n}`}
                entry={entry}
                selected={n === chosen}
                onPick={() => pick(entry)}
              />
            ))}
          </div>
          {shown.length === 0 && <p class="muted">{words.nothing(query.trim())}</p>}
        </>
      )}
    </Dialog>
  )
}
