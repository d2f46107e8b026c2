interface SelectProps<T extends string> {
  /** Said, not shown. */
  readonly label: string
  readonly options: Readonly<Record<T, string>>
  readonly value: T
  readonly onChange: (value: T) => void
}

/** A choice among many that takes little room, such as an order. */
export const Select = <T extends string>({ label, options, value, onChange }: SelectProps<T>) => (
  <select
    class="input"
    aria-label={label}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value as T)}
  >
    {Object.entries<string>(options).map(([key, text]) => (
      <option key={key} value={key}>
        {text}
      </option>
    ))}
  </select>
)
