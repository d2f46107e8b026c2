import type { Contact } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import { contactStatus, isOver } from '../logic/contact-status.js'
import { degrees } from '../logic/number-text.js'
import { contactPath } from '../logic/route.js'
import { duration, utcMoment, utcTime } from '../logic/time-text.js'
import { Dialog } from '../parts/dialog.js'
import { ElementsBadge } from '../parts/elements-badge.js'
import { Pill } from '../parts/glyph.js'
import { texts } from '../text/texts.js'
import { ContactActs } from './contact-acts.js'
import { ContactReason } from './contact-reason.js'

const words = texts.schedule.why

interface Props {
  readonly contact: Contact
  readonly onClose: () => void
  /** Something was changed. */
  readonly onDone: () => void
}

/** A contact of the timeline: what it is, why it is there, and what can be done about it. */
export function ContactWhy({ contact: picked, onClose, onDone }: Props) {
  const { clock, session } = useApp()
  const { bus } = useFleet()
  const contact = bus.contacts.all.value.get(picked.id) ?? picked
  const { label, tone } = contactStatus(contact.state)
  const [aos, los] = [Date.parse(contact.aos), Date.parse(contact.los)]
  return (
    <Dialog title={words.title(contact.satelliteName, contact.stationName)} onClose={onClose} kind="why">
      <p>
        <Pill tone={tone} label={label} />
      </p>
      <dl class="facts">
        <dt>{words.when}</dt>
        <dd class="number">
          {words.times(
            utcMoment(aos, clock.now()),
            utcTime(los),
            duration((los - aos) / 1000),
            degrees(contact.maxEl, 0),
          )}
        </dd>
        <dt>{words.elements}</dt>
        <dd>
          <ElementsBadge epoch={Date.parse(contact.elementsEpoch)} />
        </dd>
      </dl>
      <ContactReason contact={contact} />
      <div class="form-end why-acts">
        <a class="button push" href={contactPath(contact.id)}>
          {words.open}
        </a>
        {session.can('manage_passes') && !isOver(contact) && (
          <ContactActs contact={contact} onDone={onDone} />
        )}
      </div>
    </Dialog>
  )
}
