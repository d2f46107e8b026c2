import { useState } from 'preact/hooks'
import { HEALTH_COLLECTORS, type HealthCollector, ORG_COLLECTORS } from '../../../shared/api/health.js'
import { type AlertLevel, notificationCreated } from '../../../shared/api/notifications.js'
import { useApp, useFleet } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { Choice } from '../parts/choice.js'
import { CopyButton } from '../parts/copy-button.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Check, Field } from '../parts/field.js'
import { LastChanceNote, useLastChance } from '../parts/last-chance.js'
import { texts } from '../text/texts.js'

const words = texts.health.alerts

const CHANNELS = [
  ['mail', words.mail],
  ['webhook', words.webhook],
] as const
const LEVELS = [
  ['warning', words.fromWarning],
  ['critical', words.onlyCritical],
] as const

interface WatchedProps {
  readonly offered: readonly HealthCollector[]
  readonly chosen: ReadonlySet<HealthCollector>
  readonly onChange: (chosen: ReadonlySet<HealthCollector>) => void
}

function Watched({ offered, chosen, onChange }: WatchedProps) {
  const toggle = (collector: HealthCollector, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(collector)
    else next.delete(collector)
    onChange(next)
  }
  return (
    <fieldset class="field">
      <legend class="label">{words.what}</legend>
      {offered.map((collector) => (
        <Check key={collector} checked={chosen.has(collector)} onChange={(on) => toggle(collector, on)}>
          {texts.health.collectors[collector]}
        </Check>
      ))}
    </fieldset>
  )
}

function Secret({ secret }: { secret: string }) {
  return (
    <div class="form">
      <p>{words.secretOnce}</p>
      <code class="command">{secret}</code>
      <CopyButton text={secret} label={words.copySecret} />
    </div>
  )
}

interface Props {
  readonly onClose: () => void
  readonly onMade: () => void
}

/** Makes a rule: what is watched, from which level on, and who is told. */
export function NotificationDialog({ onClose, onMade }: Props) {
  const { api, session } = useApp()
  const { org } = useFleet()
  // H8: what is of the whole installation is offered to those who may see it.
  const offered = session.can('view_system_audit_logs') ? HEALTH_COLLECTORS : ORG_COLLECTORS
  const [name, setName] = useState('')
  const [channel, setChannel] = useState<'mail' | 'webhook'>('mail')
  const [recipients, setRecipients] = useState(session.me.value?.email ?? '')
  const [url, setUrl] = useState('')
  const [level, setLevel] = useState<AlertLevel>('warning')
  const [chosen, setChosen] = useState<ReadonlySet<HealthCollector>>(new Set(offered))
  const [secret, setSecret] = useState<string | null>(null)
  const chance = useLastChance(secret !== null)
  const act = useAct()
  const emails = recipients.split(/[\s,;]+/).filter((email) => email !== '')
  const isReady =
    name.trim() !== '' && chosen.size > 0 && (channel === 'mail' ? emails.length > 0 : url.trim() !== '')
  const make = async () => {
    const wish = {
      ...{ name: name.trim(), minLevel: level, collectors: offered.filter((one) => chosen.has(one)) },
      ...(channel === 'mail' ? { recipients: emails } : { url: url.trim() }),
    }
    const done = await act.run(async () => {
      const made = await api.create(`orgs/${org}/notifications`, notificationCreated, wish)
      setSecret(made.secret)
      if (made.secret === null) onClose()
    })
    if (done) onMade()
  }
  return (
    <Dialog title={words.addTitle} onClose={onClose} mayClose={chance.mayClose}>
      {secret !== null ? (
        <>
          <Secret secret={secret} />
          <LastChanceNote chance={chance} text={words.secretGone} onClose={onClose} />
        </>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void make()
          }}
        >
          <Field
            label={words.name}
            value={name}
            onInput={setName}
            placeholder={words.namePlaceholder}
            maxLength={80}
            required
            autoFocus
          />
          <Choice label={words.how} options={CHANNELS} value={channel} onChange={setChannel} />
          {channel === 'mail' ? (
            <Field
              label={words.recipients}
              value={recipients}
              onInput={setRecipients}
              hint={words.recipientsHint}
              autoComplete="off"
            />
          ) : (
            <Field
              label={words.url}
              value={url}
              onInput={setUrl}
              hint={words.urlHint}
              placeholder={words.urlPlaceholder}
              autoComplete="off"
            />
          )}
          <Choice label={words.when} options={LEVELS} value={level} onChange={setLevel} />
          <Watched offered={offered} chosen={chosen} onChange={setChosen} />
          {act.failure !== null && <FailureNote failure={act.failure} />}
          <div class="form-end">
            <button type="button" class="button" onClick={onClose}>
              {words.cancel}
            </button>
            <button type="submit" class="button primary" disabled={act.busy || !isReady}>
              {words.make}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
