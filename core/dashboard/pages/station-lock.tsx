import { useState } from 'preact/hooks'
import type { z } from 'zod'
import { stationLockAnswer } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { lockHeard } from '../logic/lock-heard.js'
import { ago } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { useFocus } from '../parts/focus.js'
import { texts } from '../text/texts.js'

const words = texts.station.lock

type LockAnswer = z.infer<typeof stationLockAnswer>

/** What became of the antenna: whoever locks one is often about to climb to it. */
function Locked({ told, onClose }: { told: LockAnswer['told']; onClose: () => void }) {
  const { tone, label } = lockHeard(told)
  const read = useFocus<HTMLButtonElement>()
  return (
    <div class="form">
      <p class={`note ${tone}`} role="status">
        {label}
      </p>
      <p>{words.power}</p>
      <div class="form-end">
        <button ref={read} type="button" class="button primary" onClick={onClose}>
          {words.read}
        </button>
      </div>
    </div>
  )
}

/** Takes a station out of use without ending what it is: for an antenna that is being worked on. */
export function LockStation({ entry, onClose }: { entry: StationEntry; onClose: () => void }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [reason, setReason] = useState('')
  const [told, setTold] = useState<LockAnswer['told'] | null>(null)
  const act = useAct()
  const { name } = entry.record.value
  const lock = () =>
    act.run(async () => {
      const path = `orgs/${org}/stations/${entry.id}/lock`
      const answer = await api.post(path, stationLockAnswer, { reason: reason.trim() })
      const { told: heard, ...station } = answer
      bus.stations.put(station)
      setTold(heard)
    })
  return (
    <Dialog title={words.title(name)} onClose={onClose}>
      {told !== null ? (
        <Locked told={told} onClose={onClose} />
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void lock()
          }}
        >
          <p>{words.text}</p>
          <Field
            label={words.why}
            value={reason}
            onInput={setReason}
            placeholder={words.example}
            hint={words.hint}
            maxLength={200}
            required
            autoFocus
          />
          {act.failure !== null && <FailureNote failure={act.failure} />}
          <div class="form-end">
            <button type="button" class="button" onClick={onClose}>
              {words.leave}
            </button>
            <button type="submit" class="button danger" disabled={act.busy || reason.trim() === ''}>
              {words.lock}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

/** Who locked it, why and since when; on top of all else that the station's page says. */
export function LockedNote({ entry }: { entry: StationEntry }) {
  const { clock, session } = useApp()
  const { locked } = entry.record.value
  if (locked === null) return null
  const { id, email } = locked.by
  const who = id === session.me.value?.id ? words.you : (email ?? words.gone)
  return (
    <div class="note warn locked" role="status">
      <span class="text">
        <strong>{words.locked(locked.reason)}</strong>{' '}
        <span class="detail">{words.by(who, ago(clock.second.value - Date.parse(locked.at)))}</span>
      </span>
    </div>
  )
}
