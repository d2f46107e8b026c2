import { useState } from 'preact/hooks'
import { type EnrollmentTokenRequest, enrollmentTokenCreated } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { Created } from '../live/joining.js'
import type { StationEntry } from '../live/stations.js'
import { timeLeft } from '../logic/token-badge.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { texts } from '../text/texts.js'
import { type Offer, TermsFields, useTerms } from './enroll-terms.js'

const words = texts.enroll

interface ReplaceProps {
  /** What core said. */
  readonly detail: string
  readonly entry: StationEntry | undefined
  readonly busy: boolean
  readonly onReplace: () => void
}

/** E8: one is active, or has just been used. */
function Replace({ detail, entry, busy, onReplace }: ReplaceProps) {
  const now = useApp().clock.second.value
  const record = entry?.record.value
  const left =
    record?.enrollment === 'active' && record.enrollmentExpiresAt !== null
      ? Date.parse(record.enrollmentExpiresAt) - now
      : 0
  return (
    <div class="note warn" role="alert">
      <span class="text">
        <strong>{left > 0 ? words.thereIsAnActiveLink(timeLeft(left)) : 'A link is there already.'}</strong>{' '}
        <span class="detail">{left > 0 ? 'A new one ends it.' : detail}</span>
      </span>
      <button type="button" class="button" disabled={busy} onClick={onReplace}>
        {words.replaceIt}
      </button>
    </div>
  )
}

interface Props {
  readonly offer: Offer
  /** The station that the link is for, where it is there already. */
  readonly entry?: StationEntry | undefined
  readonly onCreated: (created: Created) => void
}

/** What the link is for and how long it lives. */
export function AddStationForm({ offer, entry, onCreated }: Props) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [name, setName] = useState(entry?.record.peek().name ?? '')
  const [recipient, setRecipient] = useState('')
  const [terms, setTerms] = useTerms(offer)
  const act = useAct()
  const { capabilities, ttlMinutes, preApproved } = terms
  const issue = (confirm?: true) =>
    act.run(async () => {
      const wish: EnrollmentTokenRequest = {
        name: name.trim(),
        ...(recipient.trim() === '' ? {} : { recipient: recipient.trim() }),
        ...(entry === undefined ? { capabilities: [...capabilities] } : { stationId: entry.id }),
        ...(confirm === undefined ? {} : { confirm }),
        ...{ maxUses: 1, ttlMinutes, preApproved },
      }
      try {
        onCreated(await api.post(`orgs/${org}/enrollment-tokens`, enrollmentTokenCreated, wish))
      } finally {
        // How long the other one lives, or that this one does.
        if (entry !== undefined) await bus.stations.refresh(entry.id)
      }
    })
  const { failure } = act
  const mustConfirm = failure?.code === 'confirmation_required'
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void issue()
      }}
    >
      {entry === undefined && (
        <Field
          label={words.name}
          value={name}
          onInput={setName}
          placeholder={words.roofNorthMast}
          maxLength={80}
          required
          autoFocus
        />
      )}
      <Field
        label={words.forWhom}
        value={recipient}
        onInput={setRecipient}
        placeholder={words.whoeverSetsItUp}
        hint={words.optionalItStandsInThe}
        maxLength={80}
      />
      <TermsFields offer={offer} terms={terms} onChange={setTerms} fixed={entry !== undefined} />
      {failure !== null && !mustConfirm && <FailureNote failure={failure} />}
      {mustConfirm && (
        <Replace detail={failure.detail} entry={entry} busy={act.busy} onReplace={() => void issue(true)} />
      )}
      <div class="form-end">
        <button
          type="submit"
          class="button primary"
          disabled={act.busy || name.trim() === '' || capabilities.length === 0}
        >
          {words.showTheLink}
        </button>
      </div>
    </form>
  )
}
