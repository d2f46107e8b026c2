import { useState } from 'preact/hooks'
import {
  type NotificationRule,
  notificationRuleSchema,
  notificationsResponse,
  notificationTestResponse,
} from '../../../shared/api/notifications.js'
import { useApp, useFleet } from '../app/app-context.js'
import { ago } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { PlusIcon } from '../parts/icons.js'
import { Show, useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'
import { NotificationDialog } from './notification-dialog.js'

const words = texts.health.alerts

function LastSent({ rule: { sentAt, failure } }: { rule: NotificationRule }) {
  const { clock } = useApp()
  if (sentAt === null) return <span>{words.neverSent}</span>
  const when = ago(Math.max(0, clock.second.value - Date.parse(sentAt)))
  if (failure === null) return <span>{words.sent(when)}</span>
  return <span class="bad-text">{words.failed(when, failure)}</span>
}

function Row({ rule, onChanged }: { rule: NotificationRule; onChanged: () => void }) {
  const { api, session } = useApp()
  const { org } = useFleet()
  const act = useAct()
  const [said, setSaid] = useState('')
  const path = `orgs/${org}/notifications/${rule.id}`
  const run = async (work: () => Promise<unknown>) => {
    if (await act.run(work)) onChanged()
  }
  const test = async () => {
    const { sent, failure } = await api.post(`${path}/test`, notificationTestResponse)
    setSaid(sent ? words.testSent : words.testFailed(failure ?? ''))
  }
  const target = rule.url ?? (rule.recipients.length === 0 ? words.nobodyLeft : rule.recipients.join(', '))
  return (
    <li class="campaign">
      <div class="what">
        <span>
          <strong>{rule.name}</strong> {!rule.enabled && <span class="badge">{words.off}</span>}
        </span>
        <span class="breakable">{words.channels[rule.channel](target)}</span>
        <span class="muted">
          {words.watches(
            rule.collectors.map((collector) => texts.health.collectors[collector]).join(', '),
            texts.health.levels[rule.minLevel],
          )}
        </span>
        <span class="muted">
          <LastSent rule={rule} />
        </span>
        <span role="status">{said}</span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      {session.can('manage_notifications') && (
        <div class="acts">
          <button
            type="button"
            class="button small"
            disabled={act.busy}
            aria-label={words.testOf(rule.name)}
            onClick={() => void run(test)}
          >
            {words.test}
          </button>
          <button
            type="button"
            class="button small"
            disabled={act.busy}
            aria-label={rule.enabled ? words.turnOffOf(rule.name) : words.turnOnOf(rule.name)}
            onClick={() =>
              void run(() => api.patch(path, notificationRuleSchema, { enabled: !rule.enabled }))
            }
          >
            {rule.enabled ? words.turnOff : words.turnOn}
          </button>
          <button
            type="button"
            class="button small danger"
            disabled={act.busy}
            aria-label={words.removeOf(rule.name)}
            onClick={() => void run(() => api.delete(path))}
          >
            {words.remove}
          </button>
        </div>
      )}
    </li>
  )
}

/** Who is told when health is bad, and how. */
export function NotificationRules() {
  const { api, session } = useApp()
  const { org } = useFleet()
  const [adding, setAdding] = useState(false)
  const [rules, reload] = useResource(`notifications ${org}`, () =>
    api.get(`orgs/${org}/notifications`, notificationsResponse),
  )
  const add = session.can('manage_notifications') && (
    <button type="button" class="button primary" onClick={() => setAdding(true)}>
      <PlusIcon />
      {words.add}
    </button>
  )
  return (
    <Show of={rules} retry={() => void reload()}>
      {({ items }) => (
        <>
          {items.length === 0 ? (
            <div class="card">
              <Empty title={words.noneTitle} text={words.noneText} next={add} />
            </div>
          ) : (
            <>
              <p class="list-acts">{add}</p>
              <ul class="card campaigns">
                {items.map((rule) => (
                  <Row key={rule.id} rule={rule} onChanged={() => void reload()} />
                ))}
              </ul>
            </>
          )}
          {adding && <NotificationDialog onClose={() => setAdding(false)} onMade={() => void reload()} />}
        </>
      )}
    </Show>
  )
}
