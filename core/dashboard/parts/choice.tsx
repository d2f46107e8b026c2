interface ChoiceProps<T extends string | number> {
  readonly label: string
  readonly options: readonly (readonly [value: T, label: string])[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few, all in sight. */
export const Choice = <T extends string | number>({ label, options, value, onChange }: ChoiceProps<T>) => (
  <fieldset class="field">
    <legend class="label">{label}</legend>
    <div class="segmented">
      {options.map(([option, text]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
          {text}
        </button>
      ))}
    </div>
  </fieldset>
)
