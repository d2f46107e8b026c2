import type { ElementHistoryItem } from '../../../shared/api/elements.js'
import { useApp } from '../app/app-context.js'
import { fixed, NONE } from '../logic/number-text.js'
import { ago, utcDate, utcMinute } from '../logic/time-text.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'

const words = texts.satellite

function Row({ set, now }: { set: ElementHistoryItem; now: number }) {
  const { drift } = set
  const epoch = Date.parse(set.epoch)
  return (
    <tr>
      <td class="number">
        {utcDate(epoch)} {utcMinute(epoch)} {set.current && <span class="badge good">{words.current}</span>}
      </td>
      <td class="muted end-narrow">{ago(now - Date.parse(set.receivedAt))}</td>
      <td class="number">
        {drift === null ? NONE : words.kilometresOff(drift.km < 10 ? fixed(drift.km, 1) : fixed(drift.km, 0))}
      </td>
      <td class="number end-narrow">
        {drift === null
          ? NONE
          : drift.earlyS >= 0
            ? words.earlier(fixed(drift.earlyS, 2))
            : words.later(fixed(-drift.earlyS, 2))}
      </td>
      <td class="muted only-wide">{set.source}</td>
    </tr>
  )
}

/** The sets that are kept, and how far each moved the satellite. */
export function ElementSets({ sets }: { sets: readonly ElementHistoryItem[] }) {
  const now = useApp().clock.now()
  return (
    <>
      <p class="lead">{words.historyLead}</p>
      <Table heads={words.historyHeads} kind="element-sets">
        {sets.map((set) => (
          <Row key={set.elementsHash} set={set} now={now} />
        ))}
      </Table>
    </>
  )
}
