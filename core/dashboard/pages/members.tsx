import { useState } from 'preact/hooks'
import {
  type MEMBER_SORTS,
  type Member,
  membersResponse,
  type RoleInfo,
} from '../../../shared/api/members.js'
import { allPages } from '../api/pages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { memberStatus, methodText, roleName } from '../logic/roles-text.js'
import { ago } from '../logic/time-text.js'
import { Empty } from '../parts/empty.js'
import { Search } from '../parts/field.js'
import { Show, useResource } from '../parts/resource.js'
import { Select } from '../parts/select.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'
import { MemberDialog } from './member-dialog.js'

const words = texts.people

type Sort = (typeof MEMBER_SORTS)[number]

const SORTS: Readonly<Record<Sort, string>> = words.sorts

function Seen({ member }: { member: Member }) {
  const now = useApp().clock.second.value
  const { lastSeenAt, lastMethod } = member
  if (lastSeenAt === null || lastMethod === null) return <span class="muted">{words.notThisMonth}</span>
  const seen = ago(now - Date.parse(lastSeenAt))
  return (
    <>
      {seen} <span class="muted">{methodText(lastMethod)}</span>
    </>
  )
}

function Row({ member, onOpen }: { member: Member; onOpen: () => void }) {
  const me = useApp().session.me.value?.id
  const status = memberStatus(member)
  return (
    <tr class="link">
      <td>
        <button type="button" class="row-button" onClick={onOpen}>
          {member.email}
        </button>
        {member.id === me && <span class="badge good">{words.you}</span>}
        {status !== null && <span class={`badge ${status.tone}`}>{status.label}</span>}
      </td>
      <td class="end-narrow">{roleName(member.role)}</td>
      <td>
        <Seen member={member} />
      </td>
      <td class="end-narrow">
        {member.hasPasskey ? words.passkey : <span class="muted">{words.noPasskey}</span>}
      </td>
    </tr>
  )
}

/** E24 to E26: everybody who belongs here, searched and sorted by core. */
export function Members({ roles }: { roles: readonly RoleInfo[] }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [search, setSearch] = useState('')
  const [sort, setSort] = useState<Sort>('email')
  const [open, setOpen] = useState<string | null>(null)
  const [members, reload] = useResource(`members ${org} ${sort} ${search}`, () =>
    allPages(api, `orgs/${org}/members`, membersResponse, { search: search.trim(), sort }),
  )
  return (
    <>
      <div class="list-tools">
        <Search label={words.searchByAddressOrName} value={search} onInput={setSearch} />
        <Select label={words.order} options={SORTS} value={sort} onChange={setSort} />
      </div>
      <Show of={members} retry={() => void reload()}>
        {(list) => {
          const member = list.find(({ id }) => id === open)
          return (
            <>
              {list.length === 0 ? (
                <div class="card">
                  <Empty title={words.nobodyByThatName} text={words.searchForAnotherPartOf} />
                </div>
              ) : (
                <Table heads={[words.address, words.role, words.lastSeen, words.signsInWith]} kind="members">
                  {list.map((m) => (
                    <Row key={m.id} member={m} onOpen={() => setOpen(m.id)} />
                  ))}
                </Table>
              )}
              {member !== undefined && (
                <MemberDialog
                  key={member.id}
                  member={member}
                  roles={roles}
                  onClose={() => setOpen(null)}
                  onChanged={() => void reload()}
                />
              )}
            </>
          )
        }}
      </Show>
    </>
  )
}
