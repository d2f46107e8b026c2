import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import type { ControlStatus } from '../logic/control-status.js'
import { linkOf } from '../logic/station-live.js'
import { isHistory } from '../logic/station-status.js'
import type { Commander } from '../parts/command.js'
import { TravelBar } from '../parts/travel-bar.js'
import { texts } from '../text/texts.js'
import { GoToForm } from './go-to.js'
import { JogPad } from './jog-pad.js'
import { ControlLine, useControl } from './station-control.js'

const words = texts.station.byHand

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
  control: ControlStatus,
): string | null {
  const live = entry.live.value
  if (linkOf(live) !== 'online') return words.offline
  if (rot === undefined || isHistory(live, now)) return words.stale
  if (rot.state === 'safe_hold') return words.holding
  if (mount === null) return words.noMount
  return control.kind === 'theirs' ? words.theirs : null
}

/** Moving metal by hand: who has control, park, jog, and going to a direction. */
export function StationControls({ entry, commander }: ControlsProps) {
  const { clock } = useApp()
  const live = entry.live.value
  const rot = live.rot?.message
  const mount = live.info?.message.mount ?? entry.record.value.mount
  const control = useControl(entry)
  const blocked = whyNot(entry, clock.second.value, rot, mount, control)
  const state = live.state?.message
  const isFlown = state?.link === 'online' && state.holder === 'plan'
  const move = (args: { az: number; el: number }) => commander.send({ op: 'move', args })
  return (
    <section class="card controls" aria-labelledby="by-hand">
      <div class="card-head">
        <h2 id="by-hand">{words.title}</h2>
        <button
          type="button"
          class="button small"
          disabled={blocked !== null}
          onClick={() => commander.send({ op: 'park', args: {} })}
        >
          {words.park}
        </button>
      </div>
      <div class="card-body">
        <ControlLine entry={entry} />
        {blocked !== null && <p class="muted">{blocked}</p>}
        {blocked === null && isFlown && <p class="note busy">{words.plan}</p>}
        {rot !== undefined && mount !== null && (
          <div class="travels">
            <TravelBar
              axis="az"
              low={mount.azMin}
              high={mount.azMax}
              measured={rot.az}
              commanded={rot.cmdAz}
            />
            <TravelBar
              axis="el"
              low={mount.elMin}
              high={mount.elMax}
              measured={rot.el}
              commanded={rot.cmdEl}
            />
          </div>
        )}
        {blocked === null && rot !== undefined && mount !== null && (
          <>
            <JogPad rot={rot} mount={mount} onMove={move} />
            <GoToForm rot={rot} mount={mount} onMove={move} />
          </>
        )}
      </div>
    </section>
  )
}
