import { useState } from 'preact/hooks'
import { type Member, memberSchema, type RoleInfo } from '../../../shared/api/members.js'
import { useApp, useFleet } from '../app/app-context.js'
import { dayOf, endOfDay, roleName } from '../logic/roles-text.js'
import { utcDate } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { DateField } from '../parts/field.js'
import { RolePicker } from '../parts/role-picker.js'
import { texts } from '../text/texts.js'
import { MemberEnds } from './member-ends.js'
import { MemberSessions } from './member-sessions.js'

const words = texts.people

interface Props {
  readonly member: Member
  readonly roles: readonly RoleInfo[]
  readonly onClose: () => void
  readonly onChanged: () => void
}

/** One member: the role, the end by date, where they are signed in, and the ways to end it. */
export function MemberDialog({ member, roles, onClose, onChanged }: Props) {
  const { api, session } = useApp()
  const { org } = useFleet()
  const [role, setRole] = useState(member.role)
  const [until, setUntil] = useState(dayOf(member.expiresAt))
  const act = useAct()
  const path = `orgs/${org}/members/${member.id}`
  const isDirty = role !== member.role || until !== dayOf(member.expiresAt)
  const save = async () => {
    const done = await act.run(async () => {
      if (until !== dayOf(member.expiresAt))
        await api.patch(path, memberSchema, { expiresAt: endOfDay(until) })
      if (role !== member.role) await api.patch(path, memberSchema, { role })
      // One's own rights may be others now.
      if (member.id === session.me.value?.id) await session.load()
    })
    onChanged()
    if (done) onClose()
  }
  return (
    <Dialog title={member.email} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <p class="muted">
          {words.since(roleName(member.role), utcDate(Date.parse(member.joinedAt)))}
          {member.disabledAt !== null && words.disabledOn(utcDate(Date.parse(member.disabledAt)))}
        </p>
        {member.mayChange ? (
          <RolePicker roles={roles} value={role} onChange={setRole} />
        ) : (
          <p class="note">{words.thisRoleHasPermissionsThat}</p>
        )}
        {member.mayAdminister ? (
          <DateField
            label={words.endsByItselfAfter}
            value={until}
            onInput={setUntil}
            hint={words.utcThenTheAccountIs}
          />
        ) : (
          member.mayChange && <p class="note">{words.thisPersonBelongsToAnother}</p>
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
        {isDirty && (
          <div class="row-end stays">
            <button type="submit" class="button primary" disabled={act.busy}>
              {words.save}
            </button>
          </div>
        )}
      </form>
      {member.mayAdminister && <MemberSessions member={member} />}
      {member.mayChange && <MemberEnds member={member} onClose={onClose} onChanged={onChanged} />}
    </Dialog>
  )
}
