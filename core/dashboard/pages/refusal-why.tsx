import { useState } from 'preact/hooks'
import { contactSchema } from '../../../shared/api/contacts.js'
import type { Refusal } from '../../../shared/api/schedule.js'
import { iso } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactPath } from '../logic/route.js'
import { worthText } from '../logic/schedule-gap.js'
import { duration, utcMoment, utcTime } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { useSatelliteNames } from '../parts/satellite-names.js'
import { texts } from '../text/texts.js'
import { Beaters } from './beaters.js'
import { ForbidForm } from './forbid-form.js'
import { ForbiddenList } from './forbidden-list.js'

const words = texts.schedule.whyNot

interface Props {
  readonly refusal: Refusal
  readonly onClose: () => void
  readonly onMaintenance: (stationId: string) => void
  /** Something was changed. */
  readonly onDone: () => void
}

function sentence({ rule, limit }: Refusal): string {
  const { sentences } = words
  if (rule === 'simultaneous' || rule === 'quota') return sentences[rule](limit ?? 1)
  if (rule === 'gap') return sentences.gap(duration(limit ?? 0))
  return sentences[rule]
}

/** Rules that a person who books by hand is above. */
const ABOVE: readonly Refusal['rule'][] = [
  'antenna',
  'simultaneous',
  'gap',
  'quota',
  'mount',
  'ended',
  'radio',
]

function Acts({
  refusal,
  onDone,
  onMaintenance,
  onForbid,
}: Omit<Props, 'onClose'> & { onForbid: () => void }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [booked, setBooked] = useState<string | null>(null)
  const act = useAct()
  const { stationId, satelliteId, rule } = refusal
  const book = async () => {
    const at = iso((Date.parse(refusal.aos) + Date.parse(refusal.los)) / 2)
    const done = await act.run(async () => {
      const made = await api.create(`orgs/${org}/contacts`, contactSchema, { stationId, satelliteId, at })
      setBooked(made.id)
    })
    if (done) onDone()
  }
  if (booked !== null)
    return (
      <p class="note" role="status">
        {words.booked} <a href={contactPath(booked)}>{words.openBooked}</a>
      </p>
    )
  return (
    <>
      {act.failure !== null && <FailureNote failure={act.failure} />}
      {ABOVE.includes(rule) && <p class="muted">{words.bookHint}</p>}
      <div class="form-end why-acts">
        {rule === 'maintenance' && (
          <button type="button" class="button" onClick={() => onMaintenance(stationId)}>
            {words.toStation}
          </button>
        )}
        {rule !== 'forbidden' && (
          <button type="button" class="button" onClick={onForbid}>
            {texts.schedule.forbid.open}
          </button>
        )}
        {ABOVE.includes(rule) && (
          <button type="button" class="button primary" disabled={act.busy} onClick={() => void book()}>
            {words.book}
          </button>
        )}
      </div>
    </>
  )
}

/** A pass that was not booked: the rule, its number, what stands in the way, and what can be done about it. */
export function RefusalWhy(props: Props) {
  const { refusal, onClose, onDone } = props
  const { clock, session } = useApp()
  const { bus } = useFleet()
  const [forbids, setForbids] = useState(false)
  const nameOf = useSatelliteNames([refusal.satelliteId, ...refusal.beatenBy.map((b) => b.satelliteId)])
  const station = bus.stations.find(refusal.stationId)?.record.value.name ?? refusal.stationId
  const [aos, los] = [Date.parse(refusal.aos), Date.parse(refusal.los)]
  const mayManage = session.can('manage_passes')
  const { stationId, satelliteId } = refusal
  return (
    <Dialog title={words.title(nameOf(satelliteId), station)} onClose={onClose} kind="why">
      <p>{sentence(refusal)}</p>
      <dl class="facts">
        <dt>{texts.schedule.why.when}</dt>
        <dd class="number">
          {texts.schedule.forbid.until(utcMoment(aos, clock.now()), utcTime(los))},{' '}
          {duration((los - aos) / 1000)}
        </dd>
        <dt>{words.worth}</dt>
        <dd class="number">{worthText(refusal.worth)}</dd>
        <dt>{words.said}</dt>
        <dd>{refusal.reason}</dd>
      </dl>
      {refusal.beatenBy.length > 0 && (
        <>
          <h3 class="sub-head">{words.beaten}</h3>
          <Beaters beaters={refusal.beatenBy} nameOf={nameOf} />
        </>
      )}
      {refusal.rule === 'forbidden' && (
        <ForbiddenList of={{ stationId, satelliteId }} version={0} onAllowed={onDone} />
      )}
      {mayManage &&
        (forbids ? (
          <ForbidForm
            stationId={stationId}
            satelliteId={satelliteId}
            from={aos}
            to={los}
            onDone={() => {
              onDone()
              onClose()
            }}
            onLeave={() => setForbids(false)}
          />
        ) : (
          <Acts {...props} onForbid={() => setForbids(true)} />
        ))}
    </Dialog>
  )
}
