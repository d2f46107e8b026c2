import { Field } from './field.js'

interface MomentFieldProps {
  readonly label: string
  /** `2026-11-22 03:04`, UTC, or empty. */
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
  readonly wrong?: string | undefined
}

/** A day and a time of day, UTC. */
export const MomentField = (props: MomentFieldProps) => (
  <Field {...props} placeholder="2026-11-22 15:04" maxLength={30} autoComplete="off" isNumber />
)
