import { useState } from 'preact/hooks'
import { type MaintenanceWindow, maintenanceAnswer } from '../../../shared/api/maintenance.js'
import { HOUR, iso } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { utcMoment } from '../logic/time-text.js'
import { fieldMs, utcField } from '../logic/utc-field.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Check, Field } from '../parts/field.js'
import { MomentField } from '../parts/moment-field.js'
import { texts } from '../text/texts.js'

const words = texts.maintenance

/** A window that is proposed to who opens the dialog. */
const USUAL_MS = 4 * HOUR

function WindowRow({ window, path }: { window: MaintenanceWindow; path: string }) {
  const { api, clock, session } = useApp()
  const { bus } = useFleet()
  const act = useAct()
  const now = clock.second.value
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)]
  const runs = from <= now
  const end = async () => {
    if (await act.run(() => api.delete(`${path}/${window.id}`))) await bus.reload()
  }
  return (
    <li>
      <div class="what">
        <span class="number">{words.until(utcMoment(from, now), utcMoment(to, now))}</span>{' '}
        {runs && <span class="badge warn">{words.running}</span>}
        <span class="sub">{window.reason}</span>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
      {session.can('manage_passes') && (
        <button type="button" class="button small" disabled={act.busy} onClick={() => void end()}>
          {runs ? words.end : words.takeBack}
        </button>
      )}
    </li>
  )
}

/** The maintenance windows of a station: those that are planned, and another one. */
export function MaintenanceDialog({ stationId, onClose }: { stationId: string; onClose: () => void }) {
  const { api, clock, session } = useApp()
  const { org, bus } = useFleet()
  const record = bus.stations.find(stationId)?.record.value
  const [from, setFrom] = useState('')
  const [to, setTo] = useState(() => utcField(clock.now() + USUAL_MS))
  const [reason, setReason] = useState('')
  const [stopRunning, setStopRunning] = useState(false)
  const [wrongTo, setWrongTo] = useState(false)
  const [calledOff, setCalledOff] = useState<number | null>(null)
  const act = useAct()
  if (record === undefined) return null
  const path = `orgs/${org}/stations/${stationId}/maintenance`
  const plan = async () => {
    const [first, last] = [fieldMs(from), fieldMs(to)]
    const isWrong = last === null || last <= Math.max(first ?? 0, clock.now())
    setWrongTo(isWrong)
    if (isWrong) return
    const begin = first === null ? {} : { from: iso(first) }
    const done = await act.run(async () => {
      const body = { ...begin, to: iso(last), reason, now: stopRunning }
      const answer = await api.create(path, maintenanceAnswer, body)
      setCalledOff(answer.calledOff.length)
    })
    if (!done) return
    setReason('')
    await bus.reload()
  }
  return (
    <Dialog title={words.title(record.name)} onClose={onClose}>
      {record.maintenance.length === 0 ? (
        <p class="muted">{words.none}</p>
      ) : (
        <ul class="windows">
          {record.maintenance.map((window) => (
            <WindowRow key={window.id} window={window} path={path} />
          ))}
        </ul>
      )}
      {calledOff !== null && (
        <p class="note" role="status">
          {words.calledOff(calledOff)}
        </p>
      )}
      {session.can('manage_passes') && (
        <form
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void plan()
          }}
        >
          <div class="form-row moments">
            <MomentField label={words.from} value={from} onInput={setFrom} hint={words.fromHint} />
            <MomentField
              label={words.to}
              value={to}
              onInput={setTo}
              wrong={wrongTo ? words.wrongTo : undefined}
            />
          </div>
          <Field
            label={words.why}
            value={reason}
            onInput={setReason}
            maxLength={200}
            required
            hint={words.whyHint}
          />
          <Check checked={stopRunning} onChange={setStopRunning}>
            {words.stopRunning}
            <span class="hint">{words.stopRunningHint}</span>
          </Check>
          <p class="muted">{words.locksNothing}</p>
          {act.failure !== null && <FailureNote failure={act.failure} />}
          <div class="form-end">
            <button type="button" class="button" onClick={onClose}>
              {words.done}
            </button>
            <button type="submit" class="button primary" disabled={reason.trim() === '' || act.busy}>
              {words.plan}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
