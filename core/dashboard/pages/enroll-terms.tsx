import type { Capability } from '../../../shared/messages.js'
import { CAPABILITY_TEXT } from '../logic/capability-text.js'
import { Check } from '../parts/field.js'

/** How long a link may live, minutes. */
export const LIVES = [
  [15, '15 minutes'],
  [60, '1 hour'],
  [1440, '1 day'],
  [10_080, '7 days'],
] as const

export const APPROVALS = [
  ['at once', 'Approve at once'],
  ['asked', 'I want to approve'],
] as const

interface CapabilityChecksProps {
  readonly value: readonly Capability[]
  readonly onChange: (value: readonly Capability[]) => void
}

/** E14: what the station may do; never nothing. */
export function CapabilityChecks({ value, onChange }: CapabilityChecksProps) {
  const names = Object.keys(CAPABILITY_TEXT) as Capability[]
  return (
    <fieldset class="field">
      <legend class="label">The station</legend>
      <div class="checks">
        {names.map((name) => (
          <Check
            key={name}
            checked={value.includes(name)}
            onChange={(on) => onChange(names.filter((n) => (n === name ? on : value.includes(n))))}
          >
            {CAPABILITY_TEXT[name]}
          </Check>
        ))}
      </div>
    </fieldset>
  )
}
