import { useEffect, useState } from 'preact/hooks'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { PAGES } from '../logic/route.js'
import { isMachineThere } from '../logic/station-status.js'
import { useCommander } from '../parts/command.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { useTitle } from '../parts/page.js'
import { useResource } from '../parts/resource.js'
import { CommandOutcome, StopButton, StopContext, useStopKey } from '../parts/stop-button.js'
import { texts } from '../text/texts.js'
import { AddStation } from './add-station.js'
import { StationApproval } from './station-approval.js'
import { StationContacts } from './station-contacts.js'
import { StationControls } from './station-controls.js'
import { StationFacts } from './station-facts.js'
import { StationHead } from './station-head.js'
import { StationHealth } from './station-health.js'
import { StationIdentity } from './station-identity.js'
import { LockedNote } from './station-lock.js'
import { StationMaintenance } from './station-maintenance.js'
import { Readout } from './station-readout.js'
import { StationRecent } from './station-recent.js'
import { StationRig } from './station-rig.js'
import { StationSky } from './station-sky.js'
import { TroubleNote } from './station-trouble.js'

const words = texts.station

/** Made beforehand (E13); what is missing is the machine. */
function NoMachine({ entry }: { entry: StationEntry }) {
  const { session } = useApp()
  const [open, setOpen] = useState(false)
  return (
    <div class="note busy station-note">
      <span class="text">
        <strong>{words.noMachine.title}</strong> <span class="detail">{words.noMachine.text}</span>
      </span>
      {session.can('manage_enrollment_tokens') && (
        <button type="button" class="button primary" onClick={() => setOpen(true)}>
          {words.noMachine.makeLink}
        </button>
      )}
      {open && <AddStation entry={entry} onClose={() => setOpen(false)} />}
    </div>
  )
}

function Station({ entry }: { entry: StationEntry }) {
  const { session } = useApp()
  const record = entry.record.value
  const commander = useCommander(entry.id)
  const mayCommand = session.can('command_stations') && record.status === 'approved' && record.locked === null
  useTitle(record.name)
  useStopKey(mayCommand, () => commander.send({ op: 'stop', args: {} }))
  const isIn = record.status === 'approved'
  return (
    <StopContext.Provider value={mayCommand ? commander : null}>
      <div class={mayCommand ? 'station with-stop' : 'station'}>
        <StationHead entry={entry}>{mayCommand && <StopButton commander={commander} />}</StationHead>
        {mayCommand && <CommandOutcome outcome={commander.outcome} />}
        <LockedNote entry={entry} />
        {isIn && record.locked === null && <TroubleNote entry={entry} commander={commander} />}
        {record.status === 'pending' &&
          (isMachineThere(record) ? <StationApproval entry={entry} /> : <NoMachine entry={entry} />)}
        <div class="station-grid">
          <div class="column">
            <Readout entry={entry} />
            {mayCommand && <StationControls entry={entry} commander={commander} />}
            {isIn && <StationHealth entry={entry} />}
          </div>
          <div class="column">
            <StationSky entry={entry} />
            <StationRig entry={entry} />
            {isIn && <StationRecent entry={entry} />}
          </div>
          <div class="column">
            {session.can('view_passes') && <StationContacts entry={entry} />}
            {isIn && <StationMaintenance entry={entry} />}
            <StationIdentity entry={entry} />
            <StationFacts entry={entry} />
          </div>
        </div>
      </div>
    </StopContext.Provider>
  )
}

/** One antenna: where it is, where it should be, and the means to stop it. */
export function StationPage({ id }: { id: string }) {
  const { bus } = useFleet()
  const entry = bus.stations.find(id)
  const { kind } = bus.stations.loading.value
  const missing = entry === undefined && kind !== 'loading'
  // A station that has just been enrolled is not in the list yet; core is asked once for it.
  const [asked, retry] = useResource(`${id} ${missing}`, async () => {
    if (missing) await bus.stations.refresh(id)
  })
  useEffect(() => {
    scrollTo(0, 0)
  }, [])
  if (entry !== undefined) return <Station key={id} entry={entry} />
  if (asked.kind !== 'failed') return <Loading />
  const { failure } = asked
  return failure.code !== 'not_found' ? (
    <FailureNote failure={failure} retry={() => void retry()} />
  ) : (
    <Empty
      title={words.missing.title}
      text={failure.detail}
      next={
        <a class="button" href={PAGES.fleet}>
          {words.missing.next}
        </a>
      }
    />
  )
}
