import { type Member, type MemberSession, memberSessionsResponse } from '../../../shared/api/members.js'
import { useApp, useFleet } from '../app/app-context.js'
import { methodText } from '../logic/roles-text.js'
import { ago } from '../logic/time-text.js'
import { browserName } from '../logic/user-agent.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.people

function Row({ item, path, onEnded }: { item: MemberSession; path: string; onEnded: () => void }) {
  const { api, clock } = useApp()
  const act = useAct()
  const end = async () => {
    if (await act.run(() => api.delete(`${path}/${item.id}`))) onEnded()
  }
  return (
    <li class="session">
      <div class="what">
        <strong title={item.userAgent}>{browserName(item.userAgent)}</strong>
        <span class="muted">
          <span class="mono">{item.address}</span> · {methodText(item.method)} ·{' '}
          {words.seen(ago(clock.second.value - Date.parse(item.lastSeenAt)))}
        </span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <button type="button" class="button small danger" disabled={act.busy} onClick={() => void end()}>
        {words.end}
      </button>
    </li>
  )
}

/** A11: where a member is signed in, and the end of each. */
export function MemberSessions({ member }: { member: Member }) {
  const { api } = useApp()
  const { org } = useFleet()
  const path = `orgs/${org}/members/${member.id}/sessions`
  const [sessions, reload] = useResource(path, () => api.get(path, memberSessionsResponse))
  return (
    <section class="dialog-part" aria-label={words.sessions}>
      <h3>{words.signedIn}</h3>
      <Show of={sessions} retry={() => void reload()}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="muted">{words.inNoBrowser}</p>
          ) : (
            <ul class="sessions flat">
              {items.map((item) => (
                <Row key={item.id} item={item} path={path} onEnded={() => void reload()} />
              ))}
            </ul>
          )
        }
      </Show>
    </section>
  )
}
