import type { Station } from '../../../shared/api/fleet.js'
import { useApp } from '../app/app-context.js'
import { lastShift, ZOOMS, type Zoom } from '../logic/timeline.js'
import { Check } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.schedule

/** What a person wants to see of the timeline. */
export interface Look {
  readonly zoom: Zoom
  /** Half spans from now. */
  readonly shift: number
  readonly refused: boolean
  readonly night: boolean
}

interface Props {
  readonly look: Look
  readonly onLook: (look: Look) => void
  readonly stations: readonly Pick<Station, 'id' | 'name'>[]
  readonly onMaintenance: (stationId: string) => void
}

/** Zoom, time, what is drawn, and maintenance of a station. */
export function TimelineBar({ look, onLook, stations, onMaintenance }: Props) {
  const { session } = useApp()
  const last = lastShift(look.zoom)
  const shift = Math.min(look.shift, last)
  return (
    <div class="timeline-bar">
      <fieldset class="segmented" aria-label={words.zoom}>
        {ZOOMS.map((zoom) => (
          <button
            key={zoom}
            type="button"
            aria-pressed={zoom === look.zoom}
            // The begin of the picture stays about where it is.
            onClick={() => onLook({ ...look, zoom, shift: Math.floor((shift * look.zoom) / zoom) })}
          >
            {words.hours(zoom)}
          </button>
        ))}
      </fieldset>
      {last > 0 && (
        <div class="step">
          <button
            type="button"
            class="button small"
            disabled={shift === 0}
            onClick={() => onLook({ ...look, shift: shift - 1 })}
          >
            {words.earlier}
          </button>
          <button
            type="button"
            class="button small"
            disabled={shift === 0}
            onClick={() => onLook({ ...look, shift: 0 })}
          >
            {words.now}
          </button>
          <button
            type="button"
            class="button small"
            disabled={shift >= last}
            onClick={() => onLook({ ...look, shift: shift + 1 })}
          >
            {words.later}
          </button>
        </div>
      )}
      <Check checked={look.refused} onChange={(refused) => onLook({ ...look, refused })}>
        {words.refusedToo}
      </Check>
      <Check checked={look.night} onChange={(night) => onLook({ ...look, night })}>
        {words.night}
      </Check>
      {session.can('manage_passes') && stations.length > 0 && (
        <select
          class="input push-left"
          aria-label={words.maintenanceOf}
          value=""
          onChange={(event) => {
            const { value } = event.currentTarget
            event.currentTarget.value = ''
            if (value !== '') onMaintenance(value)
          }}
        >
          <option value="">{words.maintenance}</option>
          {[...stations]
            .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' }))
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </select>
      )}
    </div>
  )
}
