import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'email'
  readonly hint?: string
  readonly wrong?: string | undefined
  readonly placeholder?: string
  readonly required?: boolean
  readonly maxLength?: number
  readonly autoComplete?: string
  readonly autoFocus?: boolean
  /** Figures of one width, so that columns of them line up. */
  readonly isNumber?: boolean
}

/** A label, an input, and what is wrong with it. */
export function Field({
  label,
  value,
  onInput,
  hint,
  wrong,
  type = 'text',
  isNumber = false,
  ...rest
}: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...rest}
        id={id}
        class={isNumber ? 'input number' : 'input'}
        // Preact's types tell the roles of inputs apart by a literal type; both of ours have the same role.
        type={type as 'text'}
        value={value}
        spellcheck={false}
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

interface DateFieldProps {
  readonly label: string
  /** `2026-11-22`, or empty. */
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint: string
}

export function DateField({ label, value, onInput, hint }: DateFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        type="date"
        value={value}
        aria-describedby={`${id}-more`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <div id={`${id}-more`} class="hint">
        {hint}
      </div>
    </div>
  )
}

interface CheckProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly children: ComponentChildren
}

export const Check = ({ checked, onChange, children }: CheckProps) => (
  <label class="check">
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
    <span>{children}</span>
  </label>
)

interface SearchProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
}

/** A search box whose label is said, not shown. */
export const Search = ({ label, value, onInput }: SearchProps) => (
  <input
    class="input"
    type="search"
    aria-label={label}
    placeholder={label}
    value={value}
    spellcheck={false}
    maxLength={80}
    onInput={(event) => onInput(event.currentTarget.value)}
  />
)
