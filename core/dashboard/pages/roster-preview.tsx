import type { RosterResponse } from '../../../shared/api/fleet.js'
import { coordinates } from '../logic/number-text.js'
import { knownIn, lookedText, type RosterLine, rosterLines } from '../logic/roster-lines.js'
import { Check } from '../parts/field.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'

const words = texts.roster

function Line({ line: { line, row, faults } }: { line: RosterLine }) {
  return (
    <tr class={faults.length > 0 ? 'faulty' : ''}>
      <td>
        <span class="muted number">{line}</span> {row?.name}
        {row?.stationId !== undefined && <span class="badge">{words.thereAlready}</span>}
      </td>
      <td class="end-narrow">{row?.recipient}</td>
      <td class="full">
        {row?.place}
        {row?.site !== undefined && (
          <span class="sub number">
            {coordinates(row.site.lat, row.site.lon)}, {Math.round(row.site.altM)} m
          </span>
        )}
      </td>
      <td class="full">
        {faults.map(({ column, message }) => (
          <span key={`${column} ${message}`} class="wrong">
            {column !== '' && <strong>{column}</strong>} {message}
          </span>
        ))}
      </td>
    </tr>
  )
}

interface Props {
  readonly looked: RosterResponse
  /** E8: are stations that are there already to get new links? */
  readonly confirmed: boolean
  readonly onConfirm: (confirmed: boolean) => void
}

/** What core has made of the roster, and what is wrong with it. */
export function RosterPreview({ looked, confirmed, onConfirm }: Props) {
  const lines = rosterLines(looked)
  const known = knownIn(looked.rows)
  return (
    <div class="roster-preview">
      <p class={looked.errors.length > 0 ? 'note bad' : 'note good'} role="status">
        {lookedText(lines)}
      </p>
      {known > 0 && (
        <Check checked={confirmed} onChange={onConfirm}>
          {words.giveNew(known)}
          <span class="hint">{words.whatWasBegunWithTheir}</span>
        </Check>
      )}
      <Table heads={[words.heads.name, words.heads.for, words.heads.place, words.heads.errors]} kind="roster">
        {lines.map((line) => (
          <Line key={line.line} line={line} />
        ))}
      </Table>
    </div>
  )
}
