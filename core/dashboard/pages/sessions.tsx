import type { z } from 'zod'
import { type AuthMethod, type sessionSchema, sessionsResponse } from '../../../shared/api/auth.js'
import { useApp } from '../app/app-context.js'
import { ago, span } from '../logic/time-text.js'
import { browserName } from '../logic/user-agent.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Moment } from '../parts/moment.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { CommandLines } from './command-lines.js'
import { Passkeys } from './passkeys.js'

const words = texts.sessions

const METHODS: Readonly<Record<AuthMethod, string>> = words.methods

type SignedIn = z.infer<typeof sessionSchema>

function Row({ item, onEnded }: { item: SignedIn; onEnded: () => void }) {
  const { api, clock, session } = useApp()
  const act = useAct()
  const now = clock.second.value
  const end = async () => {
    if (!(await act.run(() => api.delete(`auth/sessions/${item.id}`)))) return
    if (item.current) session.left()
    else onEnded()
  }
  return (
    <li class="session">
      <div class="what">
        <strong title={item.userAgent}>{browserName(item.userAgent)}</strong>{' '}
        {item.current && <span class="badge good">{words.thisOne}</span>}
        <span class="muted">
          <span class="mono">{item.address}</span> ·{' '}
          {words.signedIn(item.method === null ? '' : METHODS[item.method])}{' '}
          <Moment at={Date.parse(item.createdAt)} /> UTC ·{' '}
          {words.lastUsed(ago(now - Date.parse(item.lastSeenAt)))} ·{' '}
          {words.endsIn(span(Math.max(0, Date.parse(item.expiresAt) - now)))}
        </span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <button type="button" class="button small danger" disabled={act.busy} onClick={() => void end()}>
        {item.current ? words.signOut : words.end}
      </button>
    </li>
  )
}

/** W9, A11: where this person is signed in, and the end of each. */
export function Sessions() {
  const { api } = useApp()
  const act = useAct()
  const [sessions, reload] = useResource('sessions', () => api.get('auth/sessions', sessionsResponse))
  const others = sessions.kind === 'ready' ? sessions.value.items.length - 1 : 0
  const endOthers = async () => {
    if (await act.run(() => api.delete('auth/sessions'))) await reload()
  }
  return (
    <Page
      title={words.mySessions}
      lead={words.eachBrowserInWhichYou}
      actions={
        others > 0 && (
          <button type="button" class="button danger" disabled={act.busy} onClick={() => void endOthers()}>
            {words.endAllOthers}
          </button>
        )
      }
    >
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <Show of={sessions} retry={() => void reload()}>
        {({ items }) => (
          <ul class="card sessions">
            {[...items]
              .sort(
                (a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt),
              )
              .map((item) => (
                <Row key={item.id} item={item} onEnded={() => void reload()} />
              ))}
          </ul>
        )}
      </Show>
      <Passkeys />
      <CommandLines />
    </Page>
  )
}
