import { useState } from 'preact/hooks'
import { stationSchema } from '../../../shared/api/fleet.js'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { type ControlStatus, controlStatus } from '../logic/control-status.js'
import { span } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'

const words = texts.station.control

/** Who has control of the station now, for this person. */
export function useControl(entry: StationEntry): ControlStatus {
  const { clock, session } = useApp()
  return controlStatus(entry.record.value.control, session.me.value?.id, clock.second.value)
}

interface TakeOverProps {
  readonly station: string
  readonly who: string
  readonly onClose: () => void
  readonly onTake: () => void
}

function TakeOver({ station, who, onClose, onTake }: TakeOverProps) {
  return (
    <Dialog title={words.takeOverTitle(station)} onClose={onClose}>
      <div class="form">
        <p>{words.takeOverText(who)}</p>
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            {words.leave}
          </button>
          <button type="button" class="button danger" onClick={onTake}>
            {words.takeOverNow}
          </button>
        </div>
      </div>
    </Dialog>
  )
}

/** Who has control by hand, and the means to take it, to give it back, or to take it over. */
export function ControlLine({ entry }: { entry: StationEntry }) {
  const { api, clock } = useApp()
  const { org, bus } = useFleet()
  const [asking, setAsking] = useState(false)
  const act = useAct()
  const status = useControl(entry)
  const path = `orgs/${org}/stations/${entry.id}/control`
  const take = (takeOver: boolean) =>
    act.run(async () => bus.stations.put(await api.post(path, stationSchema, { takeOver })))
  const give = () =>
    act.run(async () => {
      await api.delete(path)
      await bus.stations.refresh(entry.id)
    })
  const left = status.kind === 'free' ? '' : span(status.until - clock.second.value)
  const who = status.kind === 'theirs' ? (status.who ?? words.gone) : ''
  const [text, label, press] = {
    free: [words.free, words.take, () => void take(false)] as const,
    mine: [words.mine(left), words.give, () => void give()] as const,
    theirs: [words.theirs(who, left), words.takeOver, () => setAsking(true)] as const,
  }[status.kind]
  return (
    <>
      <div class={status.kind === 'theirs' ? 'control-line theirs' : 'control-line'}>
        <span>{text}</span>
        <button type="button" class="button small" disabled={act.busy} onClick={press}>
          {label}
        </button>
      </div>
      {act.failure !== null && <FailureNote failure={act.failure} />}
      {asking && (
        <TakeOver
          station={entry.record.value.name}
          who={who}
          onClose={() => setAsking(false)}
          onTake={() => {
            setAsking(false)
            void take(true)
          }}
        />
      )}
    </>
  )
}
