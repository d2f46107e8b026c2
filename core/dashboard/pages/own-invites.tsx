import { type OwnInvite, ownInvitesResponse } from '../../../shared/api/members.js'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { roleName } from '../logic/roles-text.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.people

function Notice({ invite, onDone }: { invite: OwnInvite; onDone: () => void }) {
  const { api, session } = useApp()
  const act = useAct()
  const decide = async (verb: 'accept' | 'decline') => {
    const done = await act.run(async () => {
      await api.post(`auth/invites/${invite.id}/${verb}`, nothing)
      if (verb === 'accept') await session.load()
    })
    if (done) onDone()
  }
  return (
    <div class="note busy invite-notice" role="status">
      <div class="text">
        {words.invitesYou(
          invite.invitedBy ?? words.somebody,
          invite.orgName,
          roleName(invite.role).toLowerCase(),
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <div class="ways">
        <button
          type="button"
          class="button small primary"
          disabled={act.busy}
          onClick={() => void decide('accept')}
        >
          {words.accept}
        </button>
        <button type="button" class="button small" disabled={act.busy} onClick={() => void decide('decline')}>
          {words.decline}
        </button>
      </div>
    </div>
  )
}

/** Invites to the person who looks. Not to have them is no reason to disturb anybody: the next load of the page asks again. */
export function OwnInvites() {
  const { api, session } = useApp()
  const [invites, reload] = useResource(`own invites ${session.me.value?.id}`, () =>
    api.get('auth/invites', ownInvitesResponse),
  )
  if (invites.kind !== 'ready') return null
  return (
    <>
      {invites.value.items.map((invite) => (
        <Notice key={invite.id} invite={invite} onDone={() => void reload()} />
      ))}
    </>
  )
}
