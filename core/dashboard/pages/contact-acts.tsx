import { useState } from 'preact/hooks'
import { type Contact, contactSchema } from '../../../shared/api/contacts.js'
import { useApp, useFleet } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'
import { CancelContact } from './contact-cancel.js'
import { ForbidForm } from './forbid-form.js'

const words = texts.schedule

/** What a person can do with a contact that has not ended: fix it, let it move, forbid it, cancel it. */
export function ContactActs({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [forbids, setForbids] = useState(false)
  const act = useAct()
  const isFixed = contact.fixedBy !== null
  const mark = async () => {
    const path = `orgs/${org}/contacts/${contact.id}/${isFixed ? 'unfix' : 'fix'}`
    if (await act.run(() => api.post(path, contactSchema))) onDone()
  }
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={act.busy}
        title={isFixed ? undefined : words.why.fixHint}
        onClick={() => void mark()}
      >
        {isFixed ? words.why.unfix : words.why.fix}
      </button>
      <button type="button" class="button" onClick={() => setForbids(true)}>
        {words.forbid.open}
      </button>
      <CancelContact contact={contact} onDone={onDone} />
      {act.failure !== null && <FailureNote failure={act.failure} />}
      {forbids && (
        <Dialog
          title={words.forbid.title(contact.satelliteName, contact.stationName)}
          onClose={() => setForbids(false)}
        >
          <ForbidForm
            stationId={contact.stationId}
            satelliteId={contact.satelliteId}
            from={Date.parse(contact.aos)}
            to={Date.parse(contact.los)}
            onDone={() => {
              setForbids(false)
              onDone()
            }}
            onLeave={() => setForbids(false)}
          />
        </Dialog>
      )}
    </>
  )
}
