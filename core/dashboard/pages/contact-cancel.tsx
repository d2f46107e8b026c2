import { useState } from 'preact/hooks'
import type { Contact } from '../../../shared/api/contacts.js'
import { nothing } from '../api/client.js'
import { useApp, useFleet } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.contact.cancel

/** Gives a contact up, with a reason for those who ask later. */
export function CancelContact({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const act = useAct()
  const cancel = async () => {
    const done = await act.run(() =>
      api.post(`orgs/${org}/contacts/${contact.id}/cancel`, nothing, { reason }),
    )
    if (!done) return
    setOpen(false)
    onDone()
  }
  return (
    <>
      <button type="button" class="button danger" onClick={() => setOpen(true)}>
        {words.open}
      </button>
      {open && (
        <Dialog
          title={words.title(contact.satelliteName, contact.stationName)}
          onClose={() => setOpen(false)}
        >
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault()
              void cancel()
            }}
          >
            <Field
              label={words.why}
              value={reason}
              onInput={setReason}
              maxLength={200}
              required
              autoFocus
              hint={words.hint}
            />
            {act.failure !== null && <FailureNote failure={act.failure} />}
            <div class="form-end">
              <button type="button" class="button" onClick={() => setOpen(false)}>
                {words.keep}
              </button>
              <button type="submit" class="button danger" disabled={reason.trim() === '' || act.busy}>
                {words.submit}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
