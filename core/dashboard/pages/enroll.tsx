import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { type enrollmentTokenSchema, enrollmentTokensResponse } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import { stationPath } from '../logic/route.js'
import { span, utcMoment } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { Pill } from '../parts/glyph.js'
import { PlusIcon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { EnrollDialog } from './enroll-dialog.js'
import { EnrollOpen } from './enroll-open.js'

type Token = z.infer<typeof enrollmentTokenSchema>

function TokenState({ token }: { token: Token }) {
  const now = useApp().clock.second.value
  const left = Date.parse(token.expiresAt) - now
  if (token.state === 'active' && left > 0) return <Pill tone="busy" label={`Active, ${span(left)} left`} />
  if (token.state === 'consumed') return <Pill tone="good" label="Used" />
  return token.state === 'revoked' ? (
    <Pill tone="quiet" label="Revoked" />
  ) : (
    <Pill tone="quiet" label="Expired" />
  )
}

function TokenRow({ token, onChanged }: { token: Token; onChanged: () => void }) {
  const { api, clock } = useApp()
  const { org, bus } = useFleet()
  const act = useAct()
  const now = clock.second.value
  const revoke = async () => {
    if (await act.run(() => api.delete(`orgs/${org}/enrollment-tokens/${token.id}`))) onChanged()
  }
  const station = token.stationId === null ? undefined : bus.stations.find(token.stationId)
  return (
    <tr>
      <td>{token.name}</td>
      <td class="end-narrow">
        <TokenState token={token} />
      </td>
      <td>
        {token.stationId === null ? (
          <span class="muted">makes a new station</span>
        ) : (
          <a href={stationPath(token.stationId)}>{station?.record.value.name ?? 'its station'}</a>
        )}
      </td>
      <td class="number muted end-narrow">
        {token.consumedAt === null
          ? utcMoment(Date.parse(token.createdAt), now)
          : `${utcMoment(Date.parse(token.consumedAt), now)} from ${token.consumedFrom ?? 'somewhere'}`}
      </td>
      <td class="end full">
        {token.state === 'active' && Date.parse(token.expiresAt) > now && (
          <button type="button" class="button small danger" disabled={act.busy} onClick={() => void revoke()}>
            Revoke
          </button>
        )}
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </td>
    </tr>
  )
}

function Tokens() {
  const { api } = useApp()
  const { org } = useFleet()
  const [open, setOpen] = useState(false)
  const [tokens, reload] = useResource(`tokens ${org}`, () =>
    api.get(`orgs/${org}/enrollment-tokens`, enrollmentTokensResponse, { limit: 50 }),
  )
  const issue = (
    <button type="button" class="button primary" onClick={() => setOpen(true)}>
      <PlusIcon />
      Enroll a station
    </button>
  )
  return (
    <Page
      title="Enroll"
      lead="A token lets one machine join as a station, once. Run the line that it comes with on the machine beside the antenna."
      actions={tokens.kind === 'ready' && tokens.value.items.length > 0 ? issue : undefined}
    >
      <Show of={tokens} retry={() => void reload()}>
        {({ items }) =>
          items.length === 0 ? (
            <div class="card">
              <Empty
                title="No tokens yet"
                text="From here to a station that reports its position takes less than a minute."
                next={issue}
              />
            </div>
          ) : (
            <div class="card table-wrap">
              <table class="stack">
                <thead>
                  <tr>
                    <th scope="col">For</th>
                    <th scope="col">State</th>
                    <th scope="col">Station</th>
                    <th scope="col">Issued or used, UTC</th>
                    <th scope="col">
                      <span class="visually-hidden">Acts</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((token) => (
                    <TokenRow key={token.id} token={token} onChanged={() => void reload()} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Show>
      {open && (
        <EnrollDialog
          onClose={() => {
            setOpen(false)
            void reload()
          }}
        />
      )}
    </Page>
  )
}

/** Two faces: tokens for who may issue them; what to do with a link for who has opened one here. */
export function Enroll() {
  const { router, session } = useApp()
  if (router.fragment.value !== '') return <EnrollOpen />
  if (session.can('manage_enrollment_tokens')) return <Tokens />
  return (
    <Page title="Enroll">
      <div class="card">
        <Empty
          title="You may not enroll stations"
          text="Ask somebody who manages enrollment tokens for a link, and run it on the machine beside the antenna."
        />
      </div>
    </Page>
  )
}
