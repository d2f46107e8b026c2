import { useState } from 'preact/hooks'
import type { RosterResponse } from '../../../shared/api/fleet.js'
import { Dialog } from '../parts/dialog.js'
import { LastChanceNote, useLastChance } from '../parts/last-chance.js'
import { Booth } from './booth.js'
import { Offered } from './enroll-terms.js'
import { RosterForm } from './roster-form.js'
import { RosterSheet } from './roster-sheet.js'

/** From a list of stations to a sheet of QR codes, or to one code after the other (E10, E11). */
export function RosterDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<RosterResponse | null>(null)
  const [inBooth, setInBooth] = useState(false)
  const chance = useLastChance(made !== null)
  if (made !== null && inBooth)
    return (
      <Booth
        queue={made.items.map(({ line, station, ...created }) => ({
          name: station.name,
          stationId: station.id,
          created,
        }))}
        onClose={() => setInBooth(false)}
      />
    )
  return (
    <Dialog
      title={made === null ? 'Stations from a roster' : `${made.items.length} links`}
      onClose={onClose}
      mayClose={chance.mayClose}
      kind="spacious"
    >
      {made === null ? (
        <Offered>{(offer) => <RosterForm offer={offer} onMade={setMade} />}</Offered>
      ) : (
        <div class="form">
          <LastChanceNote
            chance={chance}
            text="The stations stay; those without a machine need a new link each."
            onClose={onClose}
          />
          <div class="note warn">
            <span class="text">
              <strong>This sheet holds secrets.</strong>{' '}
              <span class="detail">
                Whoever has a card can join as its station until it expires. Hand each to its recipient, and
                shred what is left.
              </span>
            </span>
          </div>
          <RosterSheet made={made} />
          <div class="form-end">
            <button type="button" class="button" onClick={() => setInBooth(true)}>
              Show one after the other
            </button>
            <button type="button" class="button primary" onClick={() => print()}>
              Print
            </button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
