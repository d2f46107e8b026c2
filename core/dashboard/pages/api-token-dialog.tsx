import { useState } from 'preact/hooks'
import { apiTokenCreated } from '../../../shared/api/tokens.js'
import { PERMISSIONS, type Permission } from '../../../shared/permissions.js'
import { useApp } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { Choice } from '../parts/choice.js'
import { CopyButton } from '../parts/copy-button.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Check, Field } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.apiTokens

const LIVES = [
  [7, words.days(7)],
  [30, words.days(30)],
  [90, words.days(90)],
  [365, words.aYear],
] as const

/** What this person holds in any organisation, in the order of the permissions. */
function useHeld(): Permission[] {
  const { session } = useApp()
  const held = new Set(session.me.value?.memberships.flatMap((m) => m.permissions))
  return (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => held.has(permission))
}

interface ScopesProps {
  readonly held: readonly Permission[]
  readonly chosen: ReadonlySet<Permission>
  readonly onChange: (chosen: ReadonlySet<Permission>) => void
}

function Scopes({ held, chosen, onChange }: ScopesProps) {
  const toggle = (permission: Permission, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(permission)
    else next.delete(permission)
    onChange(next)
  }
  return (
    <fieldset class="field">
      <legend class="label">{words.itMay}</legend>
      <div class="scope-list">
        {held.map((permission) => (
          <Check key={permission} checked={chosen.has(permission)} onChange={(on) => toggle(permission, on)}>
            <span class="mono">{permission}</span>{' '}
            {permission === 'configure_hardware' && (
              <span class="badge bad">{texts.parts.role.changesLimits}</span>
            )}
            {permission === 'command_stations' && (
              <span class="badge warn">{texts.parts.role.movesMetal}</span>
            )}
            <span class="hint">{PERMISSIONS[permission]}</span>
          </Check>
        ))}
      </div>
    </fieldset>
  )
}

function Made({ token }: { token: string }) {
  return (
    <div class="form">
      <p>{words.itIsShownOnlyHere}</p>
      <code class="command">Authorization: Bearer {token}</code>
      <CopyButton text={token} label={words.copyTheToken} />
    </div>
  )
}

/** Makes an API token, with no more rights than the program needs. */
export function ApiTokenDialog({ onClose }: { onClose: () => void }) {
  const { api } = useApp()
  const held = useHeld()
  const [name, setName] = useState('')
  const [days, setDays] = useState<number>(30)
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(new Set<Permission>(['view_stations']))
  const [made, setMade] = useState<string | null>(null)
  const act = useAct()
  const make = () =>
    act.run(async () => {
      const permissions = held.filter((permission) => chosen.has(permission))
      const wish = { name: name.trim(), permissions, expiresInDays: days }
      setMade((await api.post('auth/api-tokens', apiTokenCreated, wish)).token)
    })
  return (
    <Dialog title={words.makeAnApiToken} onClose={onClose}>
      {made !== null ? (
        <Made token={made} />
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void make()
          }}
        >
          <Field
            label={words.forWhichProgram}
            value={name}
            onInput={setName}
            placeholder={words.weeklyReport}
            maxLength={80}
            required
            autoFocus
          />
          <Choice label={words.goodFor} options={LIVES} value={days} onChange={setDays} />
          <Scopes held={held} chosen={chosen} onChange={setChosen} />
          {act.failure !== null && <FailureNote failure={act.failure} />}
          <div class="form-end">
            <button
              type="submit"
              class="button primary"
              disabled={act.busy || name.trim() === '' || chosen.size === 0}
            >
              {words.makeTheToken}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
