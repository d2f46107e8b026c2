import { useEffect, useRef, useState } from 'preact/hooks'
import {
  type EnrollmentToken,
  enrollmentTokensResponse,
  type TOKEN_STATES,
} from '../../../shared/api/fleet.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { stationPath } from '../logic/route.js'
import { ago } from '../logic/time-text.js'
import { tokenBadge } from '../logic/token-badge.js'
import { Empty } from '../parts/empty.js'
import { useEvery } from '../parts/every.js'
import { Search } from '../parts/field.js'
import { Pill } from '../parts/glyph.js'
import { Moment } from '../parts/moment.js'
import { More, usePaged } from '../parts/paged.js'
import { Show } from '../parts/resource.js'
import { RowAct } from '../parts/row-act.js'
import { Select } from '../parts/select.js'
import { Table } from '../parts/table.js'
import { useTyped } from '../parts/typed.js'
import { texts } from '../text/texts.js'

const LIMIT = 50
const LOOK_MS = 10 * SECOND

const SORTS = texts.enroll.sorts
type Sort = keyof typeof SORTS

const STATES = texts.enroll.states satisfies Record<'' | (typeof TOKEN_STATES)[number], string>
type State = keyof typeof STATES

/** E33: the stations that it made, or the one that it is for. */
function Stations({ token }: { token: EnrollmentToken }) {
  const { bus } = useFleet()
  const ids = token.stationIds.length > 0 ? token.stationIds : [token.stationId ?? '']
  if (ids[0] === '') return <span class="muted">{texts.enroll.aNewOne}</span>
  return (
    <>
      {ids.map((id) => (
        <a key={id} class="station-link" href={stationPath(id)}>
          {bus.stations.find(id)?.record.value.name ?? texts.enroll.itsStation}
        </a>
      ))}
    </>
  )
}

function Row({ token, onChanged }: { token: EnrollmentToken; onChanged: () => void }) {
  const { api, clock } = useApp()
  const { org } = useFleet()
  const now = clock.second.value
  const badge = tokenBadge(token, now)
  return (
    <tr>
      <td>
        {token.name}
        <span class="sub">
          {token.recipient !== null && `${texts.enroll.forWhom2(token.recipient)}, `}
          <span class="mono">gse_{token.keyId}_…</span>
        </span>
      </td>
      <td class="end-narrow">
        <Pill tone={badge.tone} label={badge.label} />
        {!token.preApproved && token.state === 'active' && <span class="sub">{texts.enroll.youApprove}</span>}
      </td>
      <td>
        <Stations token={token} />
      </td>
      <td class="number muted end-narrow">
        {token.lastUsedAt === null ? (
          texts.enroll.neverUsed
        ) : (
          <span title={texts.enroll.from(token.consumedFrom ?? texts.enroll.somewhere)}>
            {texts.enroll.used(ago(now - Date.parse(token.lastUsedAt)))}
          </span>
        )}
      </td>
      <td class="full muted">
        <span class="only-narrow">{texts.enroll.made} </span>
        <Moment at={Date.parse(token.createdAt)} />
        <span class="sub">by {token.issuedBy.email ?? 'a program'}</span>
      </td>
      <td class="end full">
        {badge.tone === 'busy' && (
          <RowAct
            label={texts.enroll.revoke}
            of={token.name}
            work={() => api.delete(`orgs/${org}/enrollment-tokens/${token.id}`)}
            onDone={onChanged}
          />
        )}
      </td>
    </tr>
  )
}

interface Props {
  /** Another number: something has changed here, look anew. */
  readonly version: number
}

/** All tokens without their secrets, searched and sorted by core (E4, E24, E33). */
export function EnrollTokens({ version }: Props) {
  const { api } = useApp()
  const { org } = useFleet()
  const [typed, setTyped, words] = useTyped()
  const [sort, setSort] = useState<Sort>('createdAt')
  const [state, setState] = useState<State>('')
  const { shown, more, reload } = usePaged(`tokens ${org} ${sort} ${state} ${words}`, (cursor) =>
    api.get(`orgs/${org}/enrollment-tokens`, enrollmentTokensResponse, {
      ...{ search: words, sort, state, cursor, limit: LIMIT },
    }),
  )
  useEvery(LOOK_MS, reload, shown.kind === 'ready')
  const seen = useRef(version)
  useEffect(() => {
    if (seen.current !== version) void reload()
    seen.current = version
  }, [version, reload])
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">{texts.enroll.tokens}</h2>
      <div class="list-tools">
        <Search label={texts.enroll.searchByNameOrRecipient} value={typed} onInput={setTyped} />
        <Select label={texts.enroll.state} options={STATES} value={state} onChange={setState} />
        <Select label={texts.enroll.order} options={SORTS} value={sort} onChange={setSort} />
      </div>
      <Show of={shown} retry={() => void reload()}>
        {({ items, hasMore }) =>
          items.length === 0 ? (
            <div class="card">
              {words === '' && state === '' ? (
                <Empty title={texts.enroll.noTokensYet} text={texts.enroll.eachLetsOneMachineJoin} />
              ) : (
                <Empty title={texts.enroll.noTokenFits} text={texts.enroll.searchForSomethingElseOr} />
              )}
            </div>
          ) : (
            <>
              <Table
                heads={[
                  texts.enroll.for,
                  texts.enroll.state,
                  texts.enroll.station,
                  texts.enroll.lastUse,
                  texts.enroll.madeUtc,
                ]}
                acts
              >
                {items.map((token) => (
                  <Row key={token.id} token={token} onChanged={() => void reload()} />
                ))}
              </Table>
              {hasMore && <More label={texts.enroll.showMore} onMore={more} />}
            </>
          )
        }
      </Show>
    </section>
  )
}
