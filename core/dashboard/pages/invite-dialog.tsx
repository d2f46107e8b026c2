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
import { texts } from '../text/texts.js'

const words = texts.people

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
    setWrong(parsed.success ? undefined : words.thisIsNoMailAddress)
    if (!parsed.success) return
    const body = { email: parsed.data, role }
    if (!(await act.run(() => api.create(`orgs/${org}/invites`, inviteSchema, body)))) return
    onSent()
    onClose()
  }
  return (
    <Dialog title={words.inviteByMail} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Field
          label={words.mailAddress}
          type="email"
          value={email}
          onInput={setEmail}
          wrong={wrong}
          hint={words.whoeverSignsInWithIt}
          autoFocus
          autoComplete="off"
          maxLength={254}
        />
        <RolePicker roles={roles} value={role} onChange={setRole} />
        {act.failure !== null && <FailureNote failure={act.failure} />}
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" class="button primary" disabled={act.busy}>
            {words.sendTheInvite}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
