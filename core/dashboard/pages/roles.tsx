import type { RoleInfo } from '../../../shared/api/members.js'
import { PERMISSIONS } from '../../../shared/permissions.js'
import { additionOf, isDangerous, roleName } from '../logic/roles-text.js'
import { texts } from '../text/texts.js'

/** What each role gives, in words; what is dangerous is marked (R3). */
export const Roles = ({ roles }: { roles: readonly RoleInfo[] }) => (
  <div class="roles">
    {roles.map(({ role, summary }) => {
      const { base, adds } = additionOf(role)
      return (
        <section key={role} class="card card-body" aria-labelledby={`role-${role}`}>
          <h2 id={`role-${role}`}>{roleName(role)}</h2>
          <p>{summary}</p>
          {base !== null && <p class="muted">{texts.people.allOf(roleName(base).toLowerCase())}</p>}
          <ul>
            {adds.map((permission) => (
              <li key={permission}>
                {PERMISSIONS[permission]}{' '}
                {isDangerous(permission) && <span class="badge bad">{texts.people.dangerous}</span>}
              </li>
            ))}
          </ul>
        </section>
      )
    })}
  </div>
)
