import { useState } from 'preact/hooks'
import type { RosterResponse } from '../../../shared/api/fleet.js'
import { Dialog } from '../parts/dialog.js'
import { LastChanceNote, useLastChance } from '../parts/last-chance.js'
import { texts } from '../text/texts.js'
import { Booth } from './booth.js'
import { Offered } from './enroll-terms.js'
import { RosterForm } from './roster-form.js'
import { RosterSheet } from './roster-sheet.js'

const words = texts.roster

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
      title={made === null ? words.stationsFromARoster : words.links(made.items.length)}
      onClose={onClose}
      mayClose={chance.mayClose}
      kind="spacious"
    >
      {made === null ? (
        <Offered>{(offer) => <RosterForm offer={offer} onMade={setMade} />}</Offered>
      ) : (
        <div class="form">
          <LastChanceNote chance={chance} text={words.theStationsStayThoseWithout} onClose={onClose} />
          <div class="note warn">
            <span class="text">
              <strong>{words.thisSheetHoldsSecrets}</strong>{' '}
              <span class="detail">{words.whoeverHasACardCan}</span>
            </span>
          </div>
          <RosterSheet made={made} />
          <div class="form-end">
            <button type="button" class="button" onClick={() => setInBooth(true)}>
              {words.showOneAfterTheOther}
            </button>
            <button type="button" class="button primary" onClick={() => print()}>
              {words.print}
            </button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
