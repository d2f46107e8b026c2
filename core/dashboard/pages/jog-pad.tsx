import { useState } from 'preact/hooks'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { JOG_STEPS, type JogDirection, type JogStep, jogTarget } from '../logic/jog.js'
import { degrees } from '../logic/number-text.js'
import { ArrowIcon } from '../parts/icons.js'
import { texts } from '../text/texts.js'

const words = texts.station.jog

interface JogPadProps {
  readonly rot: RotTelemetry
  readonly mount: Mount
  readonly onMove: (target: AzEl) => void
}

const BUTTONS: readonly { direction: JogDirection; turn: number; key: string }[] = [
  { direction: 'up', turn: 0, key: 'ArrowUp' },
  { direction: 'left', turn: 270, key: 'ArrowLeft' },
  { direction: 'right', turn: 90, key: 'ArrowRight' },
  { direction: 'down', turn: 180, key: 'ArrowDown' },
]

/**
 * Steps in azimuth and elevation. The arrow keys work while the pad has the focus. An arrow that leads nowhere says why
 * and keeps the focus.
 */
export function JogPad({ rot, mount, onMove }: JogPadProps) {
  const [step, setStep] = useState<JogStep>(1)
  const move = (direction: JogDirection) => {
    const jog = jogTarget(rot, mount, direction, step)
    if (jog.ok) onMove(jog.target)
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
      <div class="jog-pad" role="group" aria-label={words.label} onKeyDown={onKeyDown}>
        {BUTTONS.map(({ direction, turn }) => {
          const jog = jogTarget(rot, mount, direction, step)
          return (
            <button
              key={direction}
              type="button"
              class={`button jog-${direction}`}
              aria-label={words.by(words[direction], degrees(step, 1))}
              aria-disabled={!jog.ok}
              title={jog.ok ? undefined : words.why[jog.why]}
              onClick={() => move(direction)}
            >
              <ArrowIcon turn={turn} />
            </button>
          )
        })}
      </div>
      <fieldset class="segmented jog-steps" aria-label={words.step}>
        {JOG_STEPS.map((s) => (
          <button key={s} type="button" aria-pressed={s === step} onClick={() => setStep(s)}>
            {s}°
          </button>
        ))}
      </fieldset>
    </div>
  )
}
