import { useId, useState } from 'preact/hooks'
import { type RosterResponse, rosterResponse } from '../../../shared/api/fleet.js'
import { MINUTE } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { makeText } from '../logic/roster-lines.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'
import { type Offer, TermsFields, useTerms } from './enroll-terms.js'
import { RosterPreview } from './roster-preview.js'

const words = texts.roster

const EXAMPLE =
  'name,place,lat,lon,alt,recipient\nRoof north,Main building,38.048,23.739,150,Eleni\nRoof south,Main building,38.047,23.739,150,Nikos'

/** Sheets are printed and carried about. */
const DAY_MINUTES = 1440
/** The secrets of 500 links are hashed one after the other; an answer that is not waited for takes them along. */
const PATIENCE_MS = 3 * MINUTE

interface Props {
  readonly offer: Offer
  readonly onMade: (made: RosterResponse) => void
}

/** Takes a roster, shows what core understood, and makes all of it or nothing (E10). */
export function RosterForm({ offer, onMade }: Props) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [csv, setCsv] = useState('')
  const [looked, setLooked] = useState<RosterResponse | null>(null)
  const [confirmed, setConfirmed] = useState(false)
  const [terms, setTerms] = useTerms(offer, DAY_MINUTES)
  const act = useAct()
  const id = useId()
  const send = (text: string, dryRun: boolean, confirm: boolean) =>
    api.post(
      `orgs/${org}/enrollment-tokens/bulk`,
      rosterResponse,
      { csv: text, dryRun, ...(confirm ? { confirm } : {}), ...terms },
      PATIENCE_MS,
    )
  const change = (text: string) => {
    setCsv(text)
    setLooked(null)
    setConfirmed(false)
  }
  const look = (text: string, confirm: boolean) =>
    act.run(async () => setLooked(await send(text, true, confirm)))
  const make = () =>
    act.run(async () => {
      const made = await send(csv, false, confirmed)
      for (const { station } of made.items) bus.stations.put(station)
      onMade(made)
    })
  const open = async (file: File | undefined) => {
    if (file === undefined) return
    const text = await file.text()
    change(text)
    await look(text, false)
  }
  const confirm = (yes: boolean) => {
    setConfirmed(yes)
    void look(csv, yes)
  }
  const ready = looked !== null && looked.errors.length === 0 && looked.rows.length > 0
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void (ready ? make() : look(csv, confirmed))
      }}
    >
      <div class="field">
        <label for={id}>{words.roster}</label>
        <textarea
          id={id}
          class="input mono"
          rows={6}
          value={csv}
          spellcheck={false}
          placeholder={EXAMPLE}
          aria-describedby={`${id}-more`}
          onInput={(event) => change(event.currentTarget.value)}
        />
        <div id={`${id}-more`} class="hint">
          {words.csvWithALineOf}
        </div>
      </div>
      <label class="button file-button">
        {words.openAFile}
        <input
          type="file"
          class="visually-hidden"
          accept=".csv,text/csv,text/plain"
          onChange={(event) => void open(event.currentTarget.files?.[0])}
        />
      </label>
      {looked !== null && <RosterPreview looked={looked} confirmed={confirmed} onConfirm={confirm} />}
      <TermsFields offer={offer} terms={terms} onChange={setTerms} />
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <div class="form-end">
        <button
          type="submit"
          class="button primary"
          disabled={act.busy || csv.trim() === '' || terms.capabilities.length === 0}
        >
          {ready ? makeText(looked.rows) : words.lookItThrough}
        </button>
      </div>
    </form>
  )
}
