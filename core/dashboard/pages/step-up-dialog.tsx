import { useState } from 'preact/hooks'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { CodeForm } from '../parts/code-form.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { stepUpWithPasskey } from '../parts/webauthn.js'
import { texts } from '../text/texts.js'

const words = texts.stepUp

function ByMail() {
  const { api, session, stepUp } = useApp()
  const [sent, setSent] = useState(false)
  const act = useAct()
  const send = async () => {
    if (await act.run(() => api.post('auth/step-up/mail', nothing))) setSent(true)
  }
  const enter = async (code: string) => {
    if (await act.run(() => api.post('auth/step-up/code', nothing, { code }))) stepUp.settle(true)
  }
  const email = session.me.value?.email ?? ''
  if (sent)
    return (
      <div class="form">
        <p role="status">{words.codeIsOnItsWay(email)}</p>
        <CodeForm
          act={act}
          hint={words.theEightLettersInThe}
          submit={words.goOn}
          onCode={(code) => void enter(code)}
        />
        <p>
          <button type="button" class="button plain" disabled={act.busy} onClick={() => void send()}>
            {words.sendAnother}
          </button>
        </p>
      </div>
    )
  return (
    <>
      <p>{words.byMail(email)}</p>
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <div class="form-end">
        <button type="button" class="button" onClick={() => stepUp.settle(false)}>
          {words.cancel}
        </button>
        <button
          type="button"
          class="button primary"
          // biome-ignore lint/a11y/noAutofocus: else the focus of the new dialog is on Close.
          autoFocus
          disabled={act.busy}
          onClick={() => void send()}
        >
          {words.mailMeACode}
        </button>
      </div>
    </>
  )
}

function ByPasskey() {
  const { api, stepUp } = useApp()
  const act = useAct()
  const prove = async () => {
    const done = await act.run(() => stepUpWithPasskey(api))
    if (done) stepUp.settle(true)
  }
  return (
    <>
      <p>{words.byPasskey}</p>
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <div class="form-end">
        <button type="button" class="button" onClick={() => stepUp.settle(false)}>
          {words.cancel}
        </button>
        <button
          type="button"
          class="button primary"
          // biome-ignore lint/a11y/noAutofocus: else the focus of the new dialog is on Close.
          autoFocus
          disabled={act.busy}
          onClick={() => void prove()}
        >
          {words.useMyPasskey}
        </button>
      </div>
    </>
  )
}

/** A12: opens by itself when core asks for a fresh proof; the act goes on when it is given. */
export function StepUpDialog() {
  const { session, stepUp } = useApp()
  if (!stepUp.asking.value) return null
  return (
    <Dialog title={words.isItStillYou} onClose={() => stepUp.settle(false)}>
      {session.me.value?.hasPasskey === true ? <ByPasskey /> : <ByMail />}
    </Dialog>
  )
}
