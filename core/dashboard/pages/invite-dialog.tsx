import { useState } from 'preact/hooks'
import { emailSchema } from '../../../shared/api/common.js'
import { inviteSchema, type RoleInfo } from '../../../shared/api/members.js'
import type { Role } from '../../../shared/permissions.js'
import { useApp, useFleet } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { RolePicker } from '../parts/role-picker.js'

interface Props {
  readonly roles: readonly RoleInfo[]
  readonly onClose: () => void
  readonly onSent: () => void
}

/** Invites somebody by mail. */
export function InviteDialog({ roles, onClose, onSent }: Props) {
  const { api } = useApp()
  const { org } = useFleet()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  const act = useAct()
  const send = async () => {
    const parsed = emailSchema.safeParse(email.trim())
    setWrong(parsed.success ? undefined : 'This is no mail address.')
    if (!parsed.success) return
    const body = { email: parsed.data, role }
    if (!(await act.run(() => api.create(`orgs/${org}/invites`, inviteSchema, body)))) return
    onSent()
    onClose()
  }
  return (
    <Dialog title="Invite by mail" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Field
          label="Mail address"
          type="email"
          value={email}
          onInput={setEmail}
          wrong={wrong}
          hint="Whoever signs in with it within a week becomes a member."
          autoFocus
          autoComplete="off"
          maxLength={254}
        />
        <RolePicker roles={roles} value={role} onChange={setRole} />
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={act.busy}>
            Send the invite
          </button>
        </div>
      </form>
    </Dialog>
  )
}
