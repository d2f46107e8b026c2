import { useState } from 'preact/hooks'
import { forbiddenSchema } from '../../../shared/api/schedule.js'
import { iso } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { fieldMs, utcField } from '../logic/utc-field.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { MomentField } from '../parts/moment-field.js'
import { texts } from '../text/texts.js'

const words = texts.schedule.forbid

interface Props {
  readonly stationId: string
  readonly satelliteId: string
  /** What is proposed; epoch ms. */
  readonly from: number
  readonly to: number
  readonly onDone: () => void
  readonly onLeave: () => void
}

const MINUTE_MS = 60_000

/** Keeps a satellite from being followed from a station for a time. */
export function ForbidForm({ stationId, satelliteId, from, to, onDone, onLeave }: Props) {
  const { api } = useApp()
  const { org } = useFleet()
  const [begin, setBegin] = useState(() => utcField(from))
  // A field has whole minutes: the last one counts, too.
  const [end, setEnd] = useState(() => utcField(Math.ceil(to / MINUTE_MS) * MINUTE_MS))
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState(false)
  const act = useAct()
  const forbid = async () => {
    const [first, last] = [fieldMs(begin), fieldMs(end)]
    const isWrong = first === null || last === null || last <= first
    setWrong(isWrong)
    if (isWrong) return
    const body = { stationId, satelliteId, from: iso(first), to: iso(last), reason }
    if (await act.run(() => api.create(`orgs/${org}/schedule/forbidden`, forbiddenSchema, body))) onDone()
  }
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void forbid()
      }}
    >
      <p class="muted">{words.lead}</p>
      <div class="form-row moments">
        <MomentField label={words.from} value={begin} onInput={setBegin} />
        <MomentField label={words.to} value={end} onInput={setEnd} wrong={wrong ? words.wrong : undefined} />
      </div>
      <Field
        label={words.why}
        value={reason}
        onInput={setReason}
        maxLength={200}
        hint={words.whyHint}
        autoFocus
      />
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <div class="form-end">
        <button type="button" class="button" onClick={onLeave}>
          {words.keep}
        </button>
        <button type="submit" class="button danger" disabled={reason.trim() === '' || act.busy}>
          {words.submit}
        </button>
      </div>
    </form>
  )
}
