import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { type apiTokenSchema, apiTokensResponse } from '../../../shared/api/tokens.js'
import { useApp } from '../app/app-context.js'
import { ago } from '../logic/time-text.js'
import { apiTokenBadge } from '../logic/token-badge.js'
import { Empty } from '../parts/empty.js'
import { Pill } from '../parts/glyph.js'
import { PlusIcon } from '../parts/icons.js'
import { Moment } from '../parts/moment.js'
import { Page } from '../parts/page.js'
import { Show, useResource } from '../parts/resource.js'
import { RowAct } from '../parts/row-act.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'
import { ApiTokenDialog } from './api-token-dialog.js'

const words = texts.apiTokens

type ApiToken = z.infer<typeof apiTokenSchema>

const scopeText = ({ permissions }: ApiToken): string =>
  permissions === null ? words.allThatYouMay : permissions.join(', ')

function Row({ token, onChanged }: { token: ApiToken; onChanged: () => void }) {
  const { api, clock } = useApp()
  const now = clock.second.value
  const badge = apiTokenBadge(token, now)
  return (
    <tr>
      <td>{token.name}</td>
      <td class="end-narrow">
        <Pill tone={badge.tone} label={badge.label} />
      </td>
      <td class="scopes muted">{scopeText(token)}</td>
      <td class="muted end-narrow">
        {token.lastUsedAt === null ? words.neverUsed : words.used(ago(now - Date.parse(token.lastUsedAt)))}
      </td>
      <td class="number muted">
        <span class="only-narrow">{words.made} </span>
        <Moment at={Date.parse(token.createdAt)} />
      </td>
      <td class="end full">
        {badge.tone === 'good' && (
          <RowAct
            label={words.revoke}
            of={token.name}
            work={() => api.delete(`auth/api-tokens/${token.id}`)}
            onDone={onChanged}
          />
        )}
      </td>
    </tr>
  )
}

const HEADS = ['Name', 'State', 'May', words.lastUse, words.madeUtc] as const

/** W9, A20: the tokens of this person, without their secrets. */
export function ApiTokens() {
  const { api, router } = useApp()
  const [open, setOpen] = useState(router.search.peek() === '?make')
  const [tokens, reload] = useResource('api tokens', () => api.get('auth/api-tokens', apiTokensResponse))
  const make = (
    <button type="button" class="button primary" onClick={() => setOpen(true)}>
      <PlusIcon />
      {words.makeAToken}
    </button>
  )
  return (
    <Page
      title={words.apiTokens}
      lead={words.forProgramsThatActAs}
      actions={tokens.kind === 'ready' && tokens.value.items.length > 0 ? make : undefined}
    >
      <Show of={tokens} retry={() => void reload()}>
        {({ items }) =>
          items.length === 0 ? (
            <div class="card">
              <Empty title={words.noTokensYet} text={words.atYourOwnTerminalUse} next={make} />
            </div>
          ) : (
            <Table heads={HEADS} acts>
              {items.map((token) => (
                <Row key={token.id} token={token} onChanged={() => void reload()} />
              ))}
            </Table>
          )
        }
      </Show>
      {open && (
        <ApiTokenDialog
          onClose={() => {
            setOpen(false)
            void reload()
          }}
        />
      )}
    </Page>
  )
}
