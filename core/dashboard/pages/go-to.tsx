import { useId, useState } from 'preact/hooks'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { checkGoTo, type GoToFault } from '../logic/go-to.js'
import { degrees } from '../logic/number-text.js'
import { texts } from '../text/texts.js'

const words = texts.station.goTo

function faultText(fault: GoToFault, mount: Mount): string {
  if (fault.kind === 'el_travel') return words.elTravel(degrees(mount.elMin, 0), degrees(mount.elMax, 0))
  if (fault.kind !== 'az_travel') return words.faults[fault.kind]
  const travel = words.azTravel(degrees(mount.azMin, 0), degrees(mount.azMax, 0))
  return fault.instead === null ? travel : `${travel} ${words.instead(degrees(fault.instead))}`
}

interface GoToProps {
  readonly rot: RotTelemetry
  readonly mount: Mount
  readonly onMove: (target: AzEl) => void
}

/** A direction, typed. What the station would refuse is explained before anything is sent. */
export function GoToForm({ rot, mount, onMove }: GoToProps) {
  const id = useId()
  const [az, setAz] = useState('')
  const [el, setEl] = useState('')
  const isWhole = az.trim() !== '' && el.trim() !== ''
  const checked = checkGoTo(az, el, rot, mount)
  const fault = isWhole && !checked.ok ? checked.fault : null
  const field = (axis: 'az' | 'el', value: string, onInput: (text: string) => void) => (
    <label>
      <span class="muted">{words[axis]}</span>
      <input
        class="input number"
        inputMode="decimal"
        autoComplete="off"
        maxLength={9}
        value={value}
        aria-describedby={id}
        aria-invalid={fault?.kind.startsWith(axis) === true}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  )
  return (
    <form
      class="go-to"
      aria-label={words.label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (checked.ok) onMove(checked.target)
      }}
    >
      {field('az', az, setAz)}
      {field('el', el, setEl)}
      <button type="submit" class="button" disabled={!checked.ok}>
        {words.go}
      </button>
      <div id={id} class="wrong" role="status">
        {fault !== null && faultText(fault, mount)}
        {fault?.kind === 'az_travel' && fault.instead !== null && (
          <button type="button" class="button small" onClick={() => setAz(String(fault.instead))}>
            {words.use(degrees(fault.instead))}
          </button>
        )}
      </div>
    </form>
  )
}
