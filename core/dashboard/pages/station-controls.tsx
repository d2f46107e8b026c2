import { useEffect, useRef, useState } from 'preact/hooks'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { linkOf } from '../logic/station-live.js'
import { isHistory } from '../logic/station-status.js'
import type { Commander, Outcome } from '../parts/command.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { JogPad } from './jog-pad.js'

/**
 * STOP by one key. Escape is no character, so it works while somebody types; while a dialog or a menu is open it closes
 * that first.
 */
export function useStopKey(enabled: boolean, stop: () => void): void {
  const latest = useRef(stop)
  latest.current = stop
  useEffect(() => {
    if (!enabled) return
    const abort = new AbortController()
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || event.repeat) return
        if (document.querySelector('dialog[open], :popover-open') !== null) return
        event.preventDefault()
        latest.current()
      },
      { signal: abort.signal, capture: true },
    )
    return () => abort.abort()
  }, [enabled])
}

/** Never disabled, whatever the screen believes of the station. */
export const StopButton = ({ commander }: { commander: Commander }) => (
  <button
    type="button"
    class="stop"
    aria-keyshortcuts="Escape"
    title="Stop all motion now (Esc)"
    onClick={() => commander.send({ op: 'stop', args: {} })}
  >
    STOP
    <kbd class="only-wide">Esc</kbd>
  </button>
)

const NAMES = { stop: 'Stop', park: 'Park', move: 'Move', release: 'Release', limits: 'Limits' } as const

/** What became of the last command. */
export function CommandOutcome({ outcome }: { outcome: Outcome }) {
  if (outcome.kind === 'none') return null
  if (outcome.kind === 'failed')
    return (
      <div class="outcome">
        <FailureNote
          failure={{ ...outcome.failure, title: `${NAMES[outcome.op]}: ${outcome.failure.title}` }}
        />
      </div>
    )
  return (
    <p class="outcome muted" role="status">
      {outcome.kind === 'sending'
        ? `${NAMES[outcome.op]}: sent, waiting for the station…`
        : `${NAMES[outcome.op]}: ${outcome.done ? 'done; the station answered' : 'accepted by the station'} after ${Math.round(outcome.ms)} ms`}
    </p>
  )
}

function ReleaseDialog({ onClose, onRelease }: { onClose: () => void; onRelease: () => void }) {
  return (
    <Dialog title="Release the safe hold" onClose={onClose}>
      <div class="form">
        <p>
          The station holds still because something went wrong. Released, the next plan may move the antenna
          at once. Release it only when somebody knows that nothing and nobody is in its way.
        </p>
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            Keep holding
          </button>
          <button type="button" class="button danger" onClick={onRelease}>
            Release
          </button>
        </div>
      </div>
    </Dialog>
  )
}

interface ControlsProps {
  readonly entry: StationEntry
  readonly commander: Commander
}

/** Why the antenna cannot be moved by hand from here, or null. */
function whyNot(
  entry: StationEntry,
  now: number,
  rot: RotTelemetry | undefined,
  mount: Mount | null,
): string | null {
  const live = entry.live.value
  if (linkOf(live) !== 'online') return 'The station is not connected. A STOP is tried all the same.'
  if (rot === undefined || isHistory(live, now)) return 'No fresh position: nobody moves an antenna blind.'
  if (rot.state === 'safe_hold') return 'The station is in safe hold.'
  return mount === null ? 'The station has not said what its mount can do.' : null
}

/** Moving metal by hand: park, jog, and the end of a safe hold. */
export function StationControls({ entry, commander }: ControlsProps) {
  const { clock, session } = useApp()
  const [releasing, setReleasing] = useState(false)
  const live = entry.live.value
  const rot = live.rot?.message
  const mount = live.info?.message.mount ?? entry.record.value.mount
  const blocked = whyNot(entry, clock.second.value, rot, mount)
  const state = live.state?.message
  const holds = state?.link === 'online' && state.state === 'safe_hold'
  return (
    <section class="card controls" aria-labelledby="by-hand">
      <div class="card-head">
        <h2 id="by-hand">By hand</h2>
        <button
          type="button"
          class="button small"
          disabled={blocked !== null}
          onClick={() => commander.send({ op: 'park', args: {} })}
        >
          Park
        </button>
      </div>
      <div class="card-body">
        {holds &&
          (session.can('configure_hardware') ? (
            <div class="note bad">
              <span class="text">The station holds still until a person releases it.</span>
              <button type="button" class="button small danger" onClick={() => setReleasing(true)}>
                Release…
              </button>
            </div>
          ) : (
            <p class="note bad">
              It holds still until a person with the permission configure_hardware releases it.
            </p>
          ))}
        {blocked !== null && !holds && <p class="muted">{blocked}</p>}
        {blocked === null && rot !== undefined && mount !== null && (
          <JogPad rot={rot} mount={mount} onMove={(target) => commander.send({ op: 'move', args: target })} />
        )}
      </div>
      {releasing && (
        <ReleaseDialog
          onClose={() => setReleasing(false)}
          onRelease={() => {
            setReleasing(false)
            commander.send({ op: 'release', args: {} })
          }}
        />
      )}
    </section>
  )
}
