import { type Invite, invitesResponse } from '../../../shared/api/members.js'
import { nothing } from '../api/client.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { roleName } from '../logic/roles-text.js'
import { span, utcDate } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.people

const BADGES: Readonly<Record<Invite['state'], string>> = {
  open: 'badge warn',
  accepted: 'badge good',
  revoked: 'badge',
  expired: 'badge bad',
}

function Row({ invite, onChanged }: { invite: Invite; onChanged: () => void }) {
  const { api, clock } = useApp()
  const { org } = useFleet()
  const act = useAct()
  const path = `orgs/${org}/invites/${invite.id}`
  const run = async (work: () => Promise<unknown>) => {
    if (await act.run(work)) onChanged()
  }
  const { state } = invite
  const left = Date.parse(invite.expiresAt) - clock.second.value
  return (
    <li class="campaign">
      <div class="what">
        <span>
          <strong>{invite.email}</strong> <span class={BADGES[state]}>{words.inviteStates[state]}</span>
        </span>
        <span class="muted">
          {words.invited(
            roleName(invite.role).toLowerCase(),
            utcDate(Date.parse(invite.createdAt)),
            invite.invitedBy ?? words.somebodyGone,
          )}
          {state === 'open' && ` · ${words.left(span(Math.max(0, left)))}`}
        </span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <div class="acts">
        {(state === 'open' || state === 'expired') && (
          <button
            type="button"
            class="button small"
            disabled={act.busy}
            onClick={() => void run(() => api.post(`${path}/resend`, nothing))}
          >
            {words.sendAgain}
          </button>
        )}
        {state === 'open' && (
          <button
            type="button"
            class="button small danger"
            disabled={act.busy}
            onClick={() => void run(() => api.delete(path))}
          >
            {words.takeBack}
          </button>
        )}
      </div>
    </li>
  )
}

/** Who was asked to come, and what became of it. */
export function Invites({ onInvite }: { onInvite: () => void }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [invites, reload] = useResource(`invites ${org}`, () =>
    allPages(api, `orgs/${org}/invites`, invitesResponse),
  )
  return (
    <Show of={invites} retry={() => void reload()}>
      {(list) =>
        list.length === 0 ? (
          <div class="card">
            <Empty
              title={words.nobodyHasBeenInvited}
              text={words.anInviteLetsTheOwner}
              next={
                <button type="button" class="button" onClick={onInvite}>
                  {words.inviteSomebody}
                </button>
              }
            />
          </div>
        ) : (
          <ul class="card campaigns">
            {list.map((invite) => (
              <Row key={invite.id} invite={invite} onChanged={() => void reload()} />
            ))}
          </ul>
        )
      }
    </Show>
  )
}
