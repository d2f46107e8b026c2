import { useState } from 'preact/hooks'
import { emailSchema } from '../../../shared/api/common.js'
import { nothing } from '../api/client.js'
import { useApp } from '../app/app-context.js'
import { Brand } from '../app/header.js'
import { useAct } from '../parts/act.js'
import { CodeForm } from '../parts/code-form.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { useTitle } from '../parts/page.js'
import { providerError, SignInByPasskey, SignInByProvider } from './sign-in-others.js'
import { useSignInByPhone } from './sign-in-phone.js'

/** A7: the link may be opened in this browser, or elsewhere, where it shows a code for this window. */
function Sent({ email, onAgain }: { email: string; onAgain: () => void }) {
  const { api, session } = useApp()
  const act = useAct()
  const enter = (code: string) =>
    act.run(async () => {
      await api.post('auth/code', nothing, { code })
      await session.entered()
    })
  return (
    <>
      <h1>Look at your mail</h1>
      <p role="status">
        {email === '' ? (
          'Open the link of the mail on any device; it shows a code for this window.'
        ) : (
          <>
            If <strong>{email}</strong> may sign in here, a link is on its way. Open it within 10 minutes: in
            this browser, and you are in; on another device, and it shows a code for this window.
          </>
        )}
      </p>
      <CodeForm
        act={act}
        hint="Only if the link was opened on another device."
        submit="Sign in with the code"
        onCode={(code) => void enter(code)}
      />
      <p>
        <button type="button" class="button" onClick={onAgain}>
          {email === '' ? 'Ask for a link' : 'Use another address'}
        </button>
      </p>
    </>
  )
}

/** Asks for a link by mail. The answer is the same for every address (A4). */
export function SignInForm({ ended }: { ended: boolean }) {
  const { api } = useApp()
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  const act = useAct()
  const phone = useSignInByPhone()
  const back = providerError(location.search)
  useTitle('Sign in')
  const ask = async () => {
    const parsed = emailSchema.safeParse(email.trim())
    setWrong(parsed.success ? undefined : 'This is no e-mail address')
    if (!parsed.success) return
    if (await act.run(() => api.post('auth/login', nothing, { email: parsed.data }))) setSent(true)
  }
  return (
    <main class="lonely">
      <Brand />
      {phone.shown !== null ? (
        phone.shown
      ) : sent ? (
        <Sent email={email} onAgain={() => setSent(false)} />
      ) : (
        <>
          <h1>{ended ? 'Your session has ended' : 'Sign in'}</h1>
          <p>
            {ended
              ? 'Sign in again to go on. Stations and plans go on without you.'
              : 'You get a link by mail. There are no passwords here.'}
          </p>
          {back !== null && <p role="alert">{back}</p>}
          <form
            class="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              void ask()
            }}
          >
            <Field
              label="E-mail"
              type="email"
              value={email}
              onInput={setEmail}
              wrong={wrong}
              autoComplete="email"
              autoFocus
              maxLength={254}
            />
            {act.failure !== null && <FailureNote failure={act.failure} />}
            <button type="submit" class="button primary" disabled={act.busy}>
              Send me a link
            </button>
          </form>
          <p>
            <button
              type="button"
              class="button plain"
              onClick={() => {
                setEmail('')
                setSent(true)
              }}
            >
              I have a code already
            </button>
          </p>
          <SignInByPasskey />
          <SignInByProvider />
          {phone.offer}
        </>
      )}
    </main>
  )
}
