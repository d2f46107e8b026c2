import { useId, useState } from 'preact/hooks'
import { type RosterResponse, rosterResponse } from '../../../shared/api/fleet.js'
import type { Capability } from '../../../shared/messages.js'
import { useApp, useFleet } from '../app/app-context.js'
import { coordinates } from '../logic/number-text.js'
import { makeText, type RosterLine, rosterLines } from '../logic/roster-lines.js'
import { useAct } from '../parts/act.js'
import { Choice } from '../parts/choice.js'
import { FailureNote } from '../parts/empty.js'
import { Table } from '../parts/table.js'
import { APPROVALS, CapabilityChecks, LIVES } from './enroll-terms.js'

const EXAMPLE =
  'name,lat,lon,alt,recipient\nRoof north,38.048,23.739,150,Eleni\nRoof south,38.047,23.739,150,Nikos'

function Line({ line: { line, row, faults } }: { line: RosterLine }) {
  return (
    <tr class={faults.length > 0 ? 'faulty' : ''}>
      <td>
        <span class="muted number">{line}</span> {row?.name}
      </td>
      <td class="end-narrow">{row?.recipient}</td>
      <td class="full number">
        {row?.site !== undefined &&
          `${coordinates(row.site.lat, row.site.lon)}, ${Math.round(row.site.altM)} m`}
      </td>
      <td class="full">
        {faults.map(({ column, message }) => (
          <span key={column} class="wrong">
            <strong>{column}</strong> {message}
          </span>
        ))}
      </td>
    </tr>
  )
}

/** What core has made of the roster, and what is wrong with it. */
function Preview({ looked }: { looked: RosterResponse }) {
  const lines = rosterLines(looked)
  const faulty = lines.filter(({ faults }) => faults.length > 0).length
  return (
    <div class="roster-preview">
      <p class={faulty > 0 ? 'note bad' : 'note good'} role="status">
        {faulty > 0
          ? `${faulty} of ${lines.length} lines have errors. Nothing is made until all are mended.`
          : `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}, no errors.`}
      </p>
      <Table heads={['Name', 'For', 'Place', 'Errors']} kind="roster">
        {lines.map((line) => (
          <Line key={line.line} line={line} />
        ))}
      </Table>
    </div>
  )
}

interface Props {
  readonly onMade: (made: RosterResponse) => void
}

/** Takes a roster, shows what core understood, and makes all of it or nothing (E10). */
export function RosterForm({ onMade }: Props) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [csv, setCsv] = useState('')
  const [looked, setLooked] = useState<RosterResponse | null>(null)
  const [capabilities, setCapabilities] = useState<readonly Capability[]>(['rotator'])
  const [ttlMinutes, setTtlMinutes] = useState<number>(1440)
  const [approval, setApproval] = useState<'at once' | 'asked'>('at once')
  const act = useAct()
  const id = useId()
  const send = (text: string, dryRun: boolean) =>
    api.post(`orgs/${org}/enrollment-tokens/bulk`, rosterResponse, {
      ...{ csv: text, dryRun, ttlMinutes, capabilities, preApproved: approval === 'at once' },
    })
  const change = (text: string) => {
    setCsv(text)
    setLooked(null)
  }
  const look = (text: string) => act.run(async () => setLooked(await send(text, true)))
  const make = () =>
    act.run(async () => {
      const made = await send(csv, false)
      for (const { station } of made.items) bus.stations.put(station)
      onMade(made)
    })
  const open = async (file: File | undefined) => {
    if (file === undefined) return
    const text = await file.text()
    change(text)
    await look(text)
  }
  const ready = looked !== null && looked.errors.length === 0 && looked.rows.length > 0
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void (ready ? make() : look(csv))
      }}
    >
      <div class="field">
        <label for={id}>Roster</label>
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
          CSV with a line of heads: name, and where known lat, lon, alt and recipient. One station a line.
        </div>
      </div>
      <label class="button file-button">
        Open a file
        <input
          type="file"
          class="visually-hidden"
          accept=".csv,text/csv,text/plain"
          onChange={(event) => void open(event.currentTarget.files?.[0])}
        />
      </label>
      <CapabilityChecks value={capabilities} onChange={setCapabilities} />
      <Choice label="The links live" options={LIVES} value={ttlMinutes} onChange={setTtlMinutes} />
      <Choice label="When a machine comes" options={APPROVALS} value={approval} onChange={setApproval} />
      {looked !== null && <Preview looked={looked} />}
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <div class="form-end">
        <button
          type="submit"
          class="button primary"
          disabled={act.busy || csv.trim() === '' || capabilities.length === 0}
        >
          {ready ? makeText(looked.rows.length) : 'Look it through'}
        </button>
      </div>
    </form>
  )
}
