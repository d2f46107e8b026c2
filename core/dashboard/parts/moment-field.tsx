import { useId } from 'preact/hooks'

interface MomentFieldProps {
  readonly label: string
  /** `2026-11-22 03:04`, UTC, or empty. */
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
  readonly wrong?: string | undefined
}

/** A day and a time of day, UTC. */
export function MomentField({ label, value, onInput, hint, wrong }: MomentFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input number"
        type="text"
        placeholder="2026-11-22 15:04"
        maxLength={30}
        spellcheck={false}
        autocomplete="off"
        value={value}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-more`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <div id={`${id}-more`} class={wrong === undefined ? 'hint' : 'wrong'}>
        {wrong ?? hint}
      </div>
    </div>
  )
}
