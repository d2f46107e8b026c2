import { useState } from 'preact/hooks'
import { rolesResponse } from '../../../shared/api/members.js'
import { useApp, useFleet } from '../app/app-context.js'
import { PlusIcon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { InviteDialog } from './invite-dialog.js'
import { Invites } from './invites.js'
import { Members } from './members.js'
import { Roles } from './roles.js'

const words = texts.people

const VIEWS = ['members', 'invites', 'roles'] as const
type View = (typeof VIEWS)[number]

/** Who belongs to this organisation, who is invited, and what each role gives. */
export function People() {
  const { api, router } = useApp()
  const { org } = useFleet()
  const [view, setView] = useState<View>('members')
  const [inviting, setInviting] = useState(router.search.peek() === '?invite')
  const [invited, setInvited] = useState(0)
  const [roles, reload] = useResource(`roles ${org}`, () => api.get(`orgs/${org}/roles`, rolesResponse))
  return (
    <Page
      title={words.people}
      beside={
        <fieldset class="segmented" aria-label={words.whatToShow}>
          {VIEWS.map((v) => (
            <button key={v} type="button" aria-pressed={view === v} onClick={() => setView(v)}>
              {words.views[v]}
            </button>
          ))}
        </fieldset>
      }
      actions={
        <button type="button" class="button primary" onClick={() => setInviting(true)}>
          <PlusIcon />
          {words.invite}
        </button>
      }
    >
      <Show of={roles} retry={() => void reload()}>
        {({ items }) => (
          <>
            {view === 'members' && <Members roles={items} />}
            {view === 'invites' && <Invites key={invited} onInvite={() => setInviting(true)} />}
            {view === 'roles' && <Roles roles={items} />}
            {inviting && (
              <InviteDialog
                roles={items}
                onClose={() => setInviting(false)}
                onSent={() => {
                  setInvited(invited + 1)
                  setView('invites')
                }}
              />
            )}
          </>
        )}
      </Show>
    </Page>
  )
}
