import { useState } from 'preact/hooks'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { JOG_STEPS, type JogDirection, type JogStep, jogTarget } from '../logic/jog.js'
import { degrees } from '../logic/number-text.js'
import { ArrowIcon } from '../parts/icons.js'

interface JogPadProps {
  readonly rot: RotTelemetry
  readonly mount: Mount
  readonly onMove: (target: AzEl) => void
}

const BUTTONS: readonly { direction: JogDirection; label: string; turn: number; key: string }[] = [
  { direction: 'up', label: 'Elevation up', turn: 0, key: 'ArrowUp' },
  { direction: 'left', label: 'Azimuth left', turn: 270, key: 'ArrowLeft' },
  { direction: 'right', label: 'Azimuth right', turn: 90, key: 'ArrowRight' },
  { direction: 'down', label: 'Elevation down', turn: 180, key: 'ArrowDown' },
]

/** Steps in azimuth and elevation. The arrow keys work while the pad has the focus. */
export function JogPad({ rot, mount, onMove }: JogPadProps) {
  const [step, setStep] = useState<JogStep>(1)
  const move = (direction: JogDirection) => {
    const target = jogTarget(rot, mount, direction, step)
    if (target !== null) onMove(target)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const button = BUTTONS.find((b) => b.key === event.key)
    if (button === undefined) return
    event.preventDefault()
    move(button.direction)
  }
  return (
    <div class="jog">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid of four arrows in every browser */}
      <div class="jog-pad" role="group" aria-label="Jog; the arrow keys work here" onKeyDown={onKeyDown}>
        {BUTTONS.map(({ direction, label, turn }) => (
          <button
            key={direction}
            type="button"
            class={`button jog-${direction}`}
            aria-label={`${label} by ${degrees(step, 1)}`}
            onClick={() => move(direction)}
          >
            <ArrowIcon turn={turn} />
          </button>
        ))}
      </div>
      <fieldset class="segmented jog-steps" aria-label="Step">
        {JOG_STEPS.map((s) => (
          <button key={s} type="button" aria-pressed={s === step} onClick={() => setStep(s)}>
            {s}°
          </button>
        ))}
      </fieldset>
    </div>
  )
}
