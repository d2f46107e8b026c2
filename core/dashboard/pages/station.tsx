import { useEffect, useState } from 'preact/hooks'
import { useApp, useFleet } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { PAGES } from '../logic/route.js'
import { isMachineThere } from '../logic/station-status.js'
import { useCommander } from '../parts/command.js'
import { Empty, FailureNote, Loading } from '../parts/empty.js'
import { useTitle } from '../parts/page.js'
import { useResource } from '../parts/resource.js'
import { AddStation } from './add-station.js'
import { StationApproval } from './station-approval.js'
import { StationContacts } from './station-contacts.js'
import { CommandOutcome, StationControls, StopButton, useStopKey } from './station-controls.js'
import { StationFacts } from './station-facts.js'
import { StationHead } from './station-head.js'
import { StationIdentity } from './station-identity.js'
import { LockedNote } from './station-lock.js'
import { Readout } from './station-readout.js'
import { StationSky } from './station-sky.js'

/** Made beforehand (E13); what is missing is the machine. */
function NoMachine({ entry }: { entry: StationEntry }) {
  const { session } = useApp()
  const [open, setOpen] = useState(false)
  return (
    <div class="note busy station-note">
      <span class="text">
        <strong>No machine has joined as this station yet.</strong>{' '}
        <span class="detail">Make a link and run its line on the machine beside the antenna.</span>
      </span>
      {session.can('manage_enrollment_tokens') && (
        <button type="button" class="button primary" onClick={() => setOpen(true)}>
          Make a link
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
  return (
    <div class={mayCommand ? 'station with-stop' : 'station'}>
      <StationHead entry={entry}>{mayCommand && <StopButton commander={commander} />}</StationHead>
      {mayCommand && <CommandOutcome outcome={commander.outcome} />}
      <LockedNote entry={entry} />
      {record.status === 'pending' &&
        (isMachineThere(record) ? <StationApproval entry={entry} /> : <NoMachine entry={entry} />)}
      <div class="station-grid">
        <div class="column">
          <Readout entry={entry} />
          {mayCommand && <StationControls entry={entry} commander={commander} />}
        </div>
        <div class="column">
          <StationSky entry={entry} />
        </div>
        <div class="column">
          {session.can('view_passes') && <StationContacts entry={entry} />}
          <StationIdentity entry={entry} />
          <StationFacts entry={entry} />
        </div>
      </div>
    </div>
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
  if (entry !== undefined) return <Station entry={entry} />
  if (asked.kind !== 'failed') return <Loading />
  const { failure } = asked
  return failure.code !== 'not_found' ? (
    <FailureNote failure={failure} retry={() => void retry()} />
  ) : (
    <Empty
      title="There is no such station here"
      text={failure.detail}
      next={
        <a class="button" href={PAGES.fleet}>
          Go to the fleet
        </a>
      }
    />
  )
}
