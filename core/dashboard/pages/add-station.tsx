import { useEffect, useState } from 'preact/hooks'
import { type Created, useJoining } from '../live/joining.js'
import type { StationEntry } from '../live/stations.js'
import { Dialog } from '../parts/dialog.js'
import { LastChanceNote, useLastChance } from '../parts/last-chance.js'
import { texts } from '../text/texts.js'
import { AddStationForm } from './add-station-form.js'
import { Offered } from './enroll-terms.js'
import { JoinLink } from './join-link.js'
import { JoinProgress } from './join-progress.js'

const words = texts.enroll

interface ShownProps {
  readonly created: Created
  readonly onWaits: (waits: boolean) => void
  readonly onAgain: () => void
}

/** The link while nobody has used it, and what becomes of it. */
function Shown({ created, onWaits, onAgain }: ShownProps) {
  const joining = useJoining(created)
  const waits = joining.step === 'waiting'
  useEffect(() => onWaits(waits), [onWaits, waits])
  return (
    <>
      <JoinProgress joining={joining} onAgain={onAgain} />
      {waits && <JoinLink created={created} />}
    </>
  )
}

interface Props {
  /** The station that the link is for, where it is there already; else the machine makes a new one. */
  readonly entry?: StationEntry | undefined
  readonly onClose: () => void
}

/** From a name to a live station (E12, W3): a form, a link, and then it turns green by itself. */
export function AddStation({ entry, onClose }: Props) {
  const [created, setCreated] = useState<Created | null>(null)
  const [waits, setWaits] = useState(false)
  const chance = useLastChance(waits)
  const again = () => {
    setWaits(false)
    setCreated(null)
  }
  return (
    <Dialog
      title={entry === undefined ? words.addStation : words.linkFor(entry.record.value.name)}
      onClose={onClose}
      mayClose={chance.mayClose}
      kind={created === null ? '' : 'spacious'}
    >
      {created === null ? (
        <Offered>{(offer) => <AddStationForm offer={offer} entry={entry} onCreated={setCreated} />}</Offered>
      ) : (
        <div class="form">
          <LastChanceNote chance={chance} text={words.whoeverHasTheLinkCan} onClose={onClose} />
          <Shown key={created.item.id} created={created} onWaits={setWaits} onAgain={again} />
        </div>
      )}
    </Dialog>
  )
}
