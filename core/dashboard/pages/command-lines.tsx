import type { z } from 'zod'
import { type commandLineSchema, commandLinesResponse } from '../../../shared/api/tokens.js'
import { useApp } from '../app/app-context.js'
import { ago, span } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Moment } from '../parts/moment.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.sessions

type CommandLine = z.infer<typeof commandLineSchema>

function Row({ item, onEnded }: { item: CommandLine; onEnded: () => void }) {
  const { api, clock } = useApp()
  const act = useAct()
  const now = clock.second.value
  const end = async () => {
    if (await act.run(() => api.delete(`auth/command-lines/${item.id}`))) onEnded()
  }
  return (
    <li class="session">
      <div class="what">
        <strong>{item.clientName}</strong>
        <span class="muted">
          <span class="mono">{item.address}</span> · {words.approved}{' '}
          <Moment at={Date.parse(item.createdAt)} /> UTC ·{' '}
          {words.lastUsed(ago(now - Date.parse(item.lastUsedAt)))} ·{' '}
          {words.endsIn(span(Math.max(0, Date.parse(item.expiresAt) - now)))}
        </span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      <button type="button" class="button small danger" disabled={act.busy} onClick={() => void end()}>
        {words.end}
      </button>
    </li>
  )
}

/** Where this person is signed in by `talos login`; nothing where that is nowhere. */
export function CommandLines() {
  const { api } = useApp()
  const [lines, reload] = useResource('command lines', () =>
    api.get('auth/command-lines', commandLinesResponse),
  )
  return (
    <Show of={lines} retry={() => void reload()}>
      {({ items }) =>
        items.length === 0 ? null : (
          <section class="below">
            <h2>{words.commandLines}</h2>
            <p class="lead">{words.signedInByTalosLogin}</p>
            <ul class="card sessions">
              {items.map((item) => (
                <Row key={item.id} item={item} onEnded={() => void reload()} />
              ))}
            </ul>
          </section>
        )
      }
    </Show>
  )
}
