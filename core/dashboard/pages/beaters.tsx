import type { Beater } from '../../../shared/api/schedule.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactPath } from '../logic/route.js'
import { worthText } from '../logic/schedule-gap.js'
import { utcMinute, utcMoment } from '../logic/time-text.js'
import { texts } from '../text/texts.js'

const words = texts.schedule.whyNot

interface LineProps {
  readonly slot: Pick<Beater, 'stationId' | 'aos' | 'los' | 'worth'>
  readonly name: string
  /** Where a press leads; without it, it is no link. */
  readonly href: string | null
  readonly note?: string
}

/** A contact or a pass in one line: which, where, when, what it is worth. */
export function SlotLine({ slot, name, href, note }: LineProps) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const station = bus.stations.find(slot.stationId)?.record.value.name ?? slot.stationId
  return (
    <li class="slot-line">
      <span>
        {href === null ? name : <a href={href}>{name}</a>} <span class="muted">{station}</span>
        {note !== undefined && <span class="badge">{note}</span>}
      </span>
      <span class="number muted">
        {utcMoment(Date.parse(slot.aos), clock.now())}–{utcMinute(Date.parse(slot.los))}
      </span>
      <span class="number end">{slot.worth === null ? '' : worthText(slot.worth)}</span>
    </li>
  )
}

/** The contacts that stand in the way of a pass. */
export const Beaters = ({
  beaters,
  nameOf,
}: {
  beaters: readonly Beater[]
  nameOf: (satelliteId: string) => string
}) => (
  <ul class="slot-lines">
    {beaters.map((b) => (
      <SlotLine
        key={`${b.stationId} ${b.satelliteId} ${b.aos}`}
        slot={b}
        name={nameOf(b.satelliteId)}
        href={b.contactId === null ? null : contactPath(b.contactId)}
        {...(b.contactId === null ? { note: words.gone } : {})}
      />
    ))}
  </ul>
)
