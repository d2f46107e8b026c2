import { useId } from 'preact/hooks'
import type { RoleInfo } from '../../../shared/api/members.js'
import type { Role } from '../../../shared/permissions.js'
import { roleName } from '../logic/roles-text.js'
import { texts } from '../text/texts.js'

interface Props {
  readonly roles: readonly RoleInfo[]
  readonly value: Role
  readonly onChange: (role: Role) => void
}

/** Each role with what it gives; those that one may not give cannot be chosen (R11). */
export function RolePicker({ roles, value, onChange }: Props) {
  const name = useId()
  return (
    <fieldset class="field roles-pick">
      <legend class="label">{texts.parts.role.label}</legend>
      {roles.map(({ role, summary, dangerous, mayAssign }) => (
        <label key={role} class={mayAssign ? 'role-option' : 'role-option off'}>
          <input
            type="radio"
            name={name}
            checked={value === role}
            disabled={!mayAssign}
            onChange={() => onChange(role)}
          />
          <span>
            <strong>{roleName(role)}</strong>
            {dangerous.includes('configure_hardware') && (
              <span class="badge bad">{texts.parts.role.changesLimits}</span>
            )}
            {dangerous.includes('command_stations') && (
              <span class="badge warn">{texts.parts.role.movesMetal}</span>
            )}
            <span class="hint">{mayAssign ? summary : texts.parts.role.notYours}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
