import { useEffect, useRef, useState } from 'preact/hooks'
import type { Contact } from '../../../shared/api/contacts.js'
import type { Refusal } from '../../../shared/api/schedule.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, isOver } from '../logic/contact-status.js'
import { nights } from '../logic/night.js'
import { degrees } from '../logic/number-text.js'
import { stationPath } from '../logic/route.js'
import { utcMinute, utcTime } from '../logic/time-text.js'
import { type Lane, namesBeside, place, rowsInSight, type Span, ticks, type Zoom } from '../logic/timeline.js'
import { texts } from '../text/texts.js'

const words = texts.schedule
/** Of one lane, as the style sheet has it. */
const ROW_PX = 36
const FIRST_HEIGHT_PX = 600

export interface Picks {
  readonly contact: (contact: Contact) => void
  readonly refusal: (refusal: Refusal) => void
  /** A maintenance window of a station. */
  readonly maintenance: (stationId: string) => void
}

interface TimelineProps {
  readonly lanes: readonly Lane[]
  readonly span: Span
  readonly zoom: Zoom
  readonly night: boolean
  readonly nameOf: (satelliteId: string) => string
  readonly pick: Picks
}

const percent = ({ left, width }: { left: number; width: number }) => ({
  left: `${left}%`,
  width: `${width}%`,
})

function ContactBar({ contact, span, onPick }: { contact: Contact; span: Span; onPick: () => void }) {
  const [aos, los] = [Date.parse(contact.aos), Date.parse(contact.los)]
  const at = place(span, aos, los, 0.35)
  if (at === null) return null
  const { label, tone } = contactStatus(contact.state)
  const title = words.contactBar({
    ...{ satellite: contact.satelliteName, station: contact.stationName, state: label },
    ...{ from: utcTime(aos), to: utcTime(los), maxEl: degrees(contact.maxEl, 0) },
    fixed: contact.fixedBy !== null,
  })
  const kinds = `${isOver(contact) ? ' over' : ''}${contact.fixedBy === null ? '' : ' fixed'}`
  return (
    <button
      type="button"
      class={`slot slot-${tone}${kinds}`}
      title={title}
      aria-label={title}
      style={percent(at)}
      onClick={onPick}
    >
      <span>{contact.satelliteName}</span>
    </button>
  )
}

function RefusalBar({
  refusal,
  name,
  span,
  onPick,
}: {
  refusal: Refusal
  name: string
  span: Span
  onPick: () => void
}) {
  const [aos, los] = [Date.parse(refusal.aos), Date.parse(refusal.los)]
  const at = place(span, aos, los, 0.35)
  if (at === null) return null
  const title = words.refusalBar(name, utcTime(aos), utcTime(los), words.rules[refusal.rule])
  return (
    <button
      type="button"
      class="slot slot-refused"
      title={title}
      aria-label={title}
      style={percent(at)}
      onClick={onPick}
    />
  )
}

function LaneRow({ lane, index, props }: { lane: Lane; index: number; props: TimelineProps }) {
  const { bus } = useFleet()
  const { span, night, pick, nameOf, zoom } = props
  const site = night ? bus.stations.find(lane.stationId)?.record.value.site : null
  const dark = site === null || site === undefined ? [] : nights(site, span)
  return (
    <li class="gantt-row" style={{ top: `${index * ROW_PX}px` }}>
      <a class="timeline-name" href={stationPath(lane.stationId)} title={lane.name}>
        {lane.name}
      </a>
      <div class="timeline-lane">
        {dark.map(({ from, to }) => {
          const at = place(span, from, to)
          return at === null ? null : <i key={from} class="night" style={percent(at)} />
        })}
        {ticks(span, zoom).map((t) => {
          const at = place(span, t, t + 1)
          return at === null ? null : <i key={t} class="tick" style={{ left: `${at.left}%` }} />
        })}
        {lane.windows.map((w) => {
          const at = place(span, Date.parse(w.from), Date.parse(w.to), 0.35)
          const title = words.windowBar(w.reason)
          return at === null ? null : (
            <button
              key={w.id}
              type="button"
              class="maintenance"
              title={title}
              aria-label={title}
              style={percent(at)}
              onClick={() => pick.maintenance(lane.stationId)}
            />
          )
        })}
        {lane.contacts.map((contact) => (
          <ContactBar key={contact.id} contact={contact} span={span} onPick={() => pick.contact(contact)} />
        ))}
        {[...namesBeside(span, lane.contacts)].map(([id, at]) => (
          <span key={id} class="slot-beside" aria-hidden="true" style={percent(at)}>
            <span>{lane.contacts.find((c) => c.id === id)?.satelliteName}</span>
          </span>
        ))}
        {lane.refused.map((refusal) => (
          <RefusalBar
            key={`${refusal.satelliteId} ${refusal.aos}`}
            refusal={refusal}
            name={nameOf(refusal.satelliteId)}
            span={span}
            onPick={() => pick.refusal(refusal)}
          />
        ))}
      </div>
    </li>
  )
}

/** The line of the present: the only thing here that moves each second. */
function Now({ span }: { span: Span }) {
  const now = useApp().clock.second.value
  const at = place(span, now, now + 1)
  return at === null ? null : (
    <div class="gantt-now" aria-hidden="true">
      <i class="now" style={{ left: `${at.left}%` }} />
    </div>
  )
}

/** Who follows what when. Of a thousand stations those in sight are drawn. */
export function ScheduleTimeline(props: TimelineProps) {
  const { lanes, span, zoom } = props
  const ref = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState({ top: 0, height: FIRST_HEIGHT_PX })
  useEffect(() => {
    const box = ref.current
    if (box === null) return
    let frame = 0
    const look = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => setSight({ top: box.scrollTop, height: box.clientHeight }))
    }
    const resized = new ResizeObserver(look)
    resized.observe(box)
    box.addEventListener('scroll', look, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      resized.disconnect()
      box.removeEventListener('scroll', look)
    }
  }, [])
  const { first, end } = rowsInSight(lanes.length, ROW_PX, sight.top, sight.height)
  return (
    <section class="gantt" aria-label={words.timeline} ref={ref}>
      <div class="gantt-head" aria-hidden="true">
        {ticks(span, zoom).map((t) => {
          const at = place(span, t, t + 1)
          return at === null ? null : (
            <span key={t} class="number" style={{ left: `${at.left}%` }}>
              {utcMinute(t)}
            </span>
          )
        })}
      </div>
      <div class="gantt-body" style={{ height: `${lanes.length * ROW_PX}px` }}>
        <ul>
          {lanes.slice(first, end).map((lane, i) => (
            <LaneRow key={lane.stationId} lane={lane} index={first + i} props={props} />
          ))}
        </ul>
        <Now span={span} />
      </div>
    </section>
  )
}
